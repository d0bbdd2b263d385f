-- never give a user id twice
-- upgrade
-- An identity column never gives a number twice: there is nothing to do.

-- downgrade
