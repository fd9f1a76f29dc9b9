package dev.antiphon.app;

/**
 * A server and how to reach it.
 *
 * @param url base URL as the user gave it
 * @param key sent with every request
 * @param allowPlaintext whether http and ws may leave this machine
 */
record Upstream(String url, ApiKey key, boolean allowPlaintext) {}
