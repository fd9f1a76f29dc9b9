package dev.antiphon.app.figures;

import dev.antiphon.testkit.media.MediaCaller;
import dev.antiphon.testkit.media.WebRtcPeer;
import dev.antiphon.testkit.simulator.MediaListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The callers of {@link CallFigures}: process of its own, talks to it by lines. */
final class Callers {
    static final String BEGIN = "(begin)";
    static final String END = "(end)";

    private static final int WARM_UP = 20;
    private static final int ANSWERS = 100;
    private static final int TURNS = 10;
    private static final int SPEECH_MILLIS = 1_000;
    private static final double LOUD = 500;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final WebRtcPeer peer = WebRtcPeer.builder().loopbackOnly().start();
    private final URI calls;

    private Callers(String baseUrl) {
        calls = URI.create(baseUrl + "/realtime/calls");
    }

    public static void main(String[] arguments) throws Exception {
        Callers callers = new Callers(arguments[0]);
        callers.peer.awaitWarm(Duration.ofSeconds(30));
        callers.answers();
        callers.turns(500);
        callers.turns(200);
        callers.atOnce(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        System.exit(0);
    }

    /** One call, which notes when it hears something loud. */
    private final class Caller implements MediaListener {
        private final MediaCaller media = peer.call(this);
        private final CountDownLatch opened = new CountDownLatch(1);
        private final List<Double> delays = Collections.synchronizedList(new ArrayList<>());
        /** When the last sound of a turn was sent; 0 while there is more. */
        private volatile long stoppedNanos;

        private volatile CompletableFuture<Void> answered = new CompletableFuture<>();

        CompletableFuture<Void> dial() {
            HttpRequest request = HttpRequest.newBuilder(calls)
                    .header("Authorization", "Bearer figures")
                    .header("Content-Type", "application/sdp")
                    .POST(BodyPublishers.ofString(media.offer()))
                    .build();
            return HTTP.sendAsync(request, BodyHandlers.ofString())
                    .thenAccept(response -> media.accept(response.body()));
        }

        void awaitOpened() throws InterruptedException {
            if (!opened.await(30, TimeUnit.SECONDS)) {
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
    }

    private static short[] tone() {
        short[] samples = new short[24 * SPEECH_MILLIS];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.sin(2 * Math.PI * 300 * i / 24_000));
        }
        return samples;
    }

    private void answers() throws Exception {
        List<Double> answer = new ArrayList<>();
        List<Double> channel = new ArrayList<>();
        for (int i = 0; i < WARM_UP + ANSWERS; i++) {
            Caller caller = new Caller();
            long start = System.nanoTime();
            caller.dial().get(30, TimeUnit.SECONDS);
            double answered = (System.nanoTime() - start) / 1e6;
            caller.awaitOpened();
            if (i >= WARM_UP) {
                answer.add(answered);
                channel.add((System.nanoTime() - start) / 1e6);
            }
            caller.media.close();
        }
        print("offer to answer", answer);
        print("offer to open data channel", channel);
    }

    private void turns(int pauseMillis) throws Exception {
        Caller caller = new Caller();
        caller.dial().get(30, TimeUnit.SECONDS);
        caller.awaitOpened();
        caller.configure(pauseMillis);
        for (int i = 0; i < TURNS; i++) {
            caller.speak();
            caller.answered.get(30, TimeUnit.SECONDS);
            caller.media.send("{\"type\":\"response.cancel\"}");
            caller.media.send("{\"type\":\"output_audio_buffer.clear\"}");
            TimeUnit.MILLISECONDS.sleep(300);
        }
        caller.media.close();
        print("end of speech to first sound, pause of " + pauseMillis + " ms", caller.delays);
    }

    private void atOnce(int count, int seconds) throws Exception {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(new Caller());
        }
        long start = System.nanoTime();
        List<CompletableFuture<Void>> dialled =
                callers.stream().map(Caller::dial).toList();
        for (int i = 0; i < count; i++) {
            dialled.get(i).get(30, TimeUnit.SECONDS);
            callers.get(i).awaitOpened();
        }
        System.out.printf(
                Locale.ROOT, "%d calls at once connected in %.0f ms%n", count, (System.nanoTime() - start) / 1e6);
        callers.forEach(caller -> caller.configure(500));
        System.out.println(BEGIN);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            callers.forEach(Caller::speak);
            TimeUnit.SECONDS.sleep(4);
        }
        System.out.println(END);
        List<Double> delays = new ArrayList<>();
        callers.forEach(caller -> delays.addAll(caller.delays));
        print("end of speech to first sound, " + count + " calls, pause of 500 ms", delays);
        long packets = callers.stream()
                .mapToLong(caller -> caller.media.figures().received().packets())
                .sum();
        long lost = callers.stream()
                .mapToLong(caller -> caller.media.figures().received().lost())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "callers: %d packets of sound received, %d lost, %d turns%n",
                packets,
                lost,
                delays.size());
        callers.forEach(caller -> caller.media.close());
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private static void print(String what, List<Double> millis) {
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%s: median %.1f ms, 95 %% below %.1f ms (%d)%n",
                what,
                sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2),
                sorted.isEmpty() ? Double.NaN : sorted.get((int) (sorted.size() * 0.95)),
                sorted.size());
    }
}
