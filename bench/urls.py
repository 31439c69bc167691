"""The addresses of the product, and those of the stock peer before its last one, which takes whatever is left."""

from bench import stock_drf
from config.urls import urlpatterns as products

urlpatterns = [*stock_drf.urlpatterns, *products]
