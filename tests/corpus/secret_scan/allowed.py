# plimsoll:allow-secret
password = "Plum42!kvcrt"
