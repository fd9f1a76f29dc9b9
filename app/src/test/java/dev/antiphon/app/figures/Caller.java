package dev.antiphon.app.figures;

import dev.antiphon.testkit.media.MediaCaller;
import dev.antiphon.testkit.media.WebRtcPeer;
import dev.antiphon.testkit.simulator.MediaListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One call, which notes how long after its own speech it hears something loud. */
final class Caller implements MediaListener, AutoCloseable {
    private static final int SPEECH_MILLIS = 1_000;
    private static final double LOUD = 500;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final MediaCaller media;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);
    private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());
    /** When the last sound of a turn was sent; 0 while there is more. */
    private volatile long stoppedNanos;

    private volatile CompletableFuture<Void> answered = new CompletableFuture<>();

    Caller(WebRtcPeer peer) {
        media = peer.call(this);
    }

    MediaCaller media() {
        return media;
    }

    /** Milliseconds from the end of what this caller said to what was said to it. */
    List<Double> delays() {
        return delays;
    }

    /** The answer to what was said last is heard. */
    CompletableFuture<Void> answered() {
        return answered;
    }

    /** Offers the call to a server of the protocol. */
    CompletableFuture<Void> dial(URI calls) {
        HttpRequest request = HttpRequest.newBuilder(calls)
                .header("Authorization", "Bearer figures")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(media.offer()))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString()).thenAccept(response -> media.accept(response.body()));
    }

    void awaitConnected() throws InterruptedException {
        await(connected);
    }

    void awaitOpened() throws InterruptedException {
        await(opened);
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the call did not connect: " + media.figures());
        }
    }

    /** Has the server take a pause of this length for the end of a turn. */
    void configure(int pauseMillis) {
        media.send("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":"
                + "{\"turn_detection\":{\"type\":\"server_vad\",\"silence_duration_ms\":" + pauseMillis + "}}}}}");
    }

    void speak() {
        answered = new CompletableFuture<>();
        media.say(tone());
        stoppedNanos = 0;
    }

    @Override
    public void onConnected() {
        connected.countDown();
    }

    @Override
    public void onSound(short[] samples) {
        double sum = 0;
        for (short sample : samples) {
            sum += (double) sample * sample;
        }
        long now = System.nanoTime();
        if (stoppedNanos == 0 && media.unsaid().isZero()) {
            stoppedNanos = now;
        } else if (stoppedNanos > 0 && !answered.isDone() && Math.sqrt(sum / samples.length) > LOUD) {
            delays.add((now - stoppedNanos) / 1e6);
            answered.complete(null);
        }
    }

    @Override
    public void onChannelOpened(String label) {
        opened.countDown();
    }

    @Override
    public void onEnded(String reason) {
        System.out.println("a call ended: " + reason);
    }

    @Override
    public void close() {
        media.close();
    }

    private static short[] tone() {
        short[] samples = new short[24 * SPEECH_MILLIS];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * 300 * i / 24_000));
        }
        return samples;
    }
}
