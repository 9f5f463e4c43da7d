"""Do a problem's tests tell right answers from wrong ones?"""
