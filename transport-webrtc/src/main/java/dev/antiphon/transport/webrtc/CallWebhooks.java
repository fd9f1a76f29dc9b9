package dev.antiphon.transport.webrtc;

import dev.antiphon.transport.websocket.wire.IncomingCall;
import dev.antiphon.transport.websocket.wire.SipCalls;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads the webhooks that tell of incoming calls, and believes only what the provider signed.
 *
 * <p>The signature is an HMAC-SHA256 over id, time and body (Standard Webhooks 1.0, "symmetric"
 * signatures). A webhook that is more than five minutes old or new is refused, and the same id is
 * told as repeated while it could still be accepted: providers deliver at least once. Safe for use by
 * any thread; never blocks.
 */
public final class CallWebhooks {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final int MAX_REMEMBERED = 100_000;
    private static final String SECRET_PREFIX = "whsec_";
    private static final String SIGNATURE_PREFIX = "v1,";

    private final SipCalls calls;
    private final SecretKeySpec key;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** When each accepted webhook may be forgotten, oldest first. Guarded by lock. */
    private final Map<String, Instant> seen = new LinkedHashMap<>();

    /** What came of a webhook. */
    public sealed interface Verdict {
        /**
         * A call that waits for an answer. Where it could not be served, {@link CallWebhooks#forget} lets
         * the next delivery count again; answer this one with an error, so that there is a next one.
         */
        record Incoming(IncomingCall call, String webhookId) implements Verdict {}

        /** A webhook that was accepted before: answer it with success and do nothing. */
        record Repeated(String webhookId) implements Verdict {}

        /** A genuine webhook about something else. */
        record Other() implements Verdict {}

        /**
         * Not genuine, too old or not readable: answer it with 400.
         *
         * @param reason for the operator; holds nothing of the webhook
         */
        record Refused(String reason) implements Verdict {}
    }

    /**
     * Webhooks signed with a secret.
     *
     * @param calls what the dialect says about incoming calls
     * @param secret as the provider shows it, with {@code whsec_} or without
     * @throws IllegalArgumentException if the secret is blank or not base64 after its prefix
     */
    public CallWebhooks(SipCalls calls, String secret) {
        this(calls, secret, Clock.systemUTC());
    }

    CallWebhooks(SipCalls calls, String secret, Clock clock) {
        this.calls = calls;
        this.key = new SecretKeySpec(keyBytes(secret), "HmacSHA256");
        this.clock = clock;
    }

    private static byte[] keyBytes(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("the webhook secret is blank");
        }
        if (!secret.startsWith(SECRET_PREFIX)) {
            return secret.getBytes(StandardCharsets.UTF_8);
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
            if (bytes.length > 0) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the webhook secret is not base64 after " + SECRET_PREFIX);
        }
        throw new IllegalArgumentException("the webhook secret is empty after " + SECRET_PREFIX);
    }

    /**
     * Judges one webhook.
     *
     * @param header looks up a header of the request by its name in lower case
     * @param body exactly as received
     */
    public Verdict read(Function<String, Optional<String>> header, byte[] body) {
        String id = header.apply("webhook-id").orElse("");
        String timestamp = header.apply("webhook-timestamp").orElse("");
        String signatures = header.apply("webhook-signature").orElse("");
        if (id.isBlank() || timestamp.isBlank() || signatures.isBlank()) {
            return new Verdict.Refused("a header of webhook-id, webhook-timestamp, webhook-signature is missing");
        }
        Optional<Instant> sentAt = instant(timestamp);
        if (sentAt.isEmpty()) {
            return new Verdict.Refused("webhook-timestamp is not a time");
        }
        if (Duration.between(sentAt.get(), clock.instant()).abs().compareTo(TOLERANCE) > 0) {
            return new Verdict.Refused("webhook-timestamp is more than " + TOLERANCE.toMinutes() + " minutes off");
        }
        if (!isSigned(id, timestamp, body, signatures)) {
            return new Verdict.Refused("no signature matches");
        }
        Optional<IncomingCall> call;
        try {
            call = calls.incomingCall(body);
        } catch (IllegalArgumentException e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
        if (!remember(id)) {
            return new Verdict.Repeated(id);
        }
        return call.<Verdict>map(found -> new Verdict.Incoming(found, id)).orElseGet(Verdict.Other::new);
    }

    /**
     * Lets a webhook count again that was read but could not be served, for instance because the call could
     * not be accepted: the provider's next delivery of it is then incoming and not repeated. Does nothing
     * for an id that is not remembered.
     */
    public void forget(String webhookId) {
        lock.lock();
        try {
            seen.remove(webhookId);
        } finally {
            lock.unlock();
        }
    }

    private static Optional<Instant> instant(String seconds) {
        return seconds.matches("[0-9]{1,11}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)))
                : Optional.empty();
    }

    /** Several signatures stand side by side while a secret is being replaced. */
    private boolean isSigned(String id, String timestamp, byte[] body, String signatures) {
        byte[] expected = sign(id, timestamp, body);
        boolean found = false;
        for (String each : signatures.split(" ", 16)) {
            if (each.startsWith(SIGNATURE_PREFIX)) {
                byte[] given = decoded(each.substring(SIGNATURE_PREFIX.length()));
                found |= MessageDigest.isEqual(expected, given);
            }
        }
        return found;
    }

    private byte[] sign(String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** False if the id was accepted before. */
    private boolean remember(String id) {
        Instant now = clock.instant();
        lock.lock();
        try {
            forgetBefore(now);
            if (seen.containsKey(id)) {
                return false;
            }
            seen.put(id, now.plus(TOLERANCE.multipliedBy(2)));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void forgetBefore(Instant now) {
        Iterator<Instant> oldest = seen.values().iterator();
        while (oldest.hasNext() && (oldest.next().isBefore(now) || seen.size() >= MAX_REMEMBERED)) {
            oldest.remove();
        }
    }
}
