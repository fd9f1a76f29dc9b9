package dev.antiphon.testkit.history;

/** What Antiphon promises of every conversation, whatever network, server and application do. */
public enum Guarantee {
    N1("every accepted item gets exactly one outcome, at most 5 s after the end"),
    N2("items and frames of one channel arrive in the order of acceptance, each at most once"),
    N3("an outcome is true: acknowledged and rejected items arrived, unsent ones did not"),
    N4("what cannot be taken is refused at the door within 50 ms, with a reason that names it"),
    N5("the numbers of the summary balance, and they are the ledger's and the journal's"),
    L1("one end, and nothing after it"),
    L2("an end that was asked for comes within 2 s, and at once where no socket stands"),
    L3("after the end no socket, timer, thread or buffer is left"),
    L4("every call is ended, with at most three tries, or reported as a possible orphan"),
    L5("a conversation never owns two live sockets"),
    L6("the SDP answer is handed over within 20 ms, whatever the sideband does"),
    L7("nothing of another conversation or of an older connection reaches a newer one"),
    E1("server events are heard in the order sent, and none is missing before one that is heard"),
    W1("session.update is the first thing written to every socket"),
    W2("text and hand-off output never wait behind audio"),
    P1("phases are heard: an event only after its socket was heard to be live"),
    C1("no end without a cause, and its initiator is true"),
    C2("a socket that the client ends is closed with a close frame"),
    R1("what was refused for good is not tried again"),
    S1("a start reaches the network within 20 ms");

    private final String rule;

    Guarantee(String rule) {
        this.rule = rule;
    }

    /** The promise in a sentence. */
    public String rule() {
        return rule;
    }
}
