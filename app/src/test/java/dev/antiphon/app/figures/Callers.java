package dev.antiphon.app.figures;

import dev.antiphon.testkit.media.WebRtcPeer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The callers of {@link MediaCallFigures}: a process of its own, talks to it by lines. */
final class Callers {
    static final String BEGIN = "(begin)";
    static final String END = "(end)";

    private static final int WARM_UP = 20;
    private static final int ANSWERS = 100;
    private static final int TURNS = 10;

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
        callers.turns(320);
        callers.atOnce(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        System.exit(0);
    }

    private void answers() throws Exception {
        List<Double> answer = new ArrayList<>();
        List<Double> channel = new ArrayList<>();
        for (int i = 0; i < WARM_UP + ANSWERS; i++) {
            Caller caller = new Caller(peer);
            long start = System.nanoTime();
            caller.dial(calls).get(30, TimeUnit.SECONDS);
            double answered = (System.nanoTime() - start) / 1e6;
            caller.awaitOpened();
            if (i >= WARM_UP) {
                answer.add(answered);
                channel.add((System.nanoTime() - start) / 1e6);
            }
            caller.close();
        }
        print("offer to answer", answer);
        print("offer to open data channel", channel);
    }

    private void turns(int pauseMillis) throws Exception {
        Caller caller = new Caller(peer);
        caller.dial(calls).get(30, TimeUnit.SECONDS);
        caller.awaitOpened();
        caller.configure(pauseMillis);
        for (int i = 0; i < TURNS; i++) {
            caller.speak();
            caller.answered().get(30, TimeUnit.SECONDS);
            caller.media().send("{\"type\":\"response.cancel\"}");
            caller.media().send("{\"type\":\"output_audio_buffer.clear\"}");
            TimeUnit.MILLISECONDS.sleep(300);
        }
        caller.close();
        print("end of speech to first sound, pause of " + pauseMillis + " ms", caller.delays());
    }

    private void atOnce(int count, int seconds) throws Exception {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(new Caller(peer));
        }
        long start = System.nanoTime();
        List<CompletableFuture<Void>> dialled =
                callers.stream().map(caller -> caller.dial(calls)).toList();
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
        callers.forEach(caller -> delays.addAll(caller.delays()));
        print("end of speech to first sound, " + count + " calls, pause of 500 ms", delays);
        long packets = callers.stream()
                .mapToLong(caller -> caller.media().figures().received().packets())
                .sum();
        long lost = callers.stream()
                .mapToLong(caller -> caller.media().figures().received().lost())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "callers: %d packets of sound received, %d lost, %d turns%n",
                packets,
                lost,
                delays.size());
        callers.forEach(caller -> caller.close());
        TimeUnit.MILLISECONDS.sleep(500);
    }

    /** Median and tail of some times. */
    static void print(String what, List<Double> millis) {
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
