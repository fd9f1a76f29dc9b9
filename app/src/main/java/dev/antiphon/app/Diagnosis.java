package dev.antiphon.app;

import java.util.Locale;

/** The findings of {@code doctor}, one line a hop. */
final class Diagnosis {
    /** A hop on the way to a server, in the order they are passed. */
    enum Hop {
        NAME("name resolution"),
        TCP("TCP"),
        TLS("TLS"),
        AUTHENTICATION("authentication"),
        CALL("call creation"),
        JOIN("join"),
        PING("ping"),
        HANG_UP("hang-up");

        private final String title;

        Hop(String title) {
            this.title = title;
        }
    }

    private final Console console;
    private final Ink ink;

    Diagnosis(Console console) {
        this.console = console;
        this.ink = console.terminal().ink();
    }

    void passed(Hop hop, String finding) {
        print(ink.good("ok  "), hop, finding);
    }

    void skipped(Hop hop, String why) {
        print(ink.quiet("-   "), hop, why);
    }

    /** The complaint to end with: names the hop. */
    Complaint failed(Hop hop, String what, String remedy) {
        print(ink.bad("FAIL"), hop, what);
        return Complaint.failed(hop.title + " fails: " + what + "; " + remedy);
    }

    private void print(String mark, Hop hop, String finding) {
        console.out()
                .print(mark + "  " + String.format(Locale.ROOT, "%-16s", hop.title) + " " + Complaint.oneLine(finding)
                        + "\n");
        console.out().flush();
    }
}
