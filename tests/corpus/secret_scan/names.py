@api_key = "cjnwjv1Swet7TFXZ0DHul9n8c70sCDys"
client_secret: 'HxXgCwgxtIMA94Ib0gKJoTJTh3y1kq1mMZ02BxCk'
