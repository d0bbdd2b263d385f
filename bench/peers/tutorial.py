# The tutorial's own code for followers and posts, on the tables of microblog: tutorial.py DATABASE TASK ARGUMENTS...
import datetime
import sys
import time

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

database, task, *arguments = sys.argv[1:]
app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///' + database
db = SQLAlchemy(app)

followers = db.Table('followers', db.Column('follower_id', db.Integer, db.ForeignKey('users.id')), db.Column('followed_id', db.Integer, db.ForeignKey('users.id')))


class User(db.Model):
    __tablename__ = 'users'
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(64), index=True, unique=True)
    email = db.Column(db.String(120), index=True, unique=True)
    posts = db.relationship('Post', backref='author', lazy='dynamic')
    followed = db.relationship(
        'User', secondary=followers, primaryjoin=(followers.c.follower_id == id), secondaryjoin=(followers.c.followed_id == id),
        backref=db.backref('followers', lazy='dynamic'), lazy='dynamic')

    def follow(self, user):
        if not self.is_following(user):
            self.followed.append(user)

    def is_following(self, user):
        return self.followed.filter(followers.c.followed_id == user.id).count() > 0

    def followed_posts(self):
        followed = Post.query.join(followers, (followers.c.followed_id == Post.user_id)).filter(followers.c.follower_id == self.id)
        own = Post.query.filter_by(user_id=self.id)
        return followed.union(own).order_by(Post.timestamp.desc())


class Post(db.Model):
    __tablename__ = 'posts'
    id = db.Column(db.Integer, primary_key=True)
    body = db.Column(db.String(140))
    timestamp = db.Column(db.String, index=True)
    user_id = db.Column(db.Integer, db.ForeignKey('users.id'))


def find(name):
    return User.query.filter_by(username=name).first()


with app.app_context():
    if task == 'is-following':
        print(find(arguments[0]).is_following(find(arguments[1])))
    elif task == 'followers':
        print('\n'.join(user.username for user in find(arguments[0]).followers.order_by(User.username)))
    elif task == 'follow':
        find(arguments[0]).follow(find(arguments[1]))
        db.session.commit()
    elif task == 'post':
        now = datetime.datetime.utcnow().isoformat(timespec='milliseconds') + 'Z'
        db.session.add(Post(body=arguments[1], timestamp=now, author=find(arguments[0])))
        db.session.commit()
    elif task == 'timeline':
        for post in find(arguments[0]).followed_posts().limit(20):
            print(post.timestamp, post.author.username, post.body)
    elif task == 'users':
        print('\n'.join(user.username for user in User.query.order_by(User.username)))
    elif task == 'import':
        # Prints how long it took, in milliseconds, after the users were read.
        users = {user.username: user for user in User.query}
        start = time.time()
        for line in open(arguments[0]):
            one, other = line.split()
            users[one].followed.append(users[other])
        db.session.commit()
        print((time.time() - start) * 1000)
