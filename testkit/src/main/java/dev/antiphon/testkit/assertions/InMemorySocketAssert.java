package dev.antiphon.testkit.assertions;

import dev.antiphon.testkit.CloseFrame;
import dev.antiphon.testkit.InMemorySocket;
import java.util.List;
import java.util.Optional;

/** Assertions about one control socket in memory. */
public final class InMemorySocketAssert extends WireAssert<InMemorySocketAssert, InMemorySocket> {
    InMemorySocketAssert(InMemorySocket socket) {
        super(socket, InMemorySocketAssert.class);
    }

    @Override
    List<Seen> arrived() {
        return actual.received().stream().map(Seen::of).toList();
    }

    @Override
    List<String> happened() {
        return arrived().stream().map(Seen::shown).toList();
    }

    @Override
    String described() {
        return "the in-memory socket";
    }

    /** The client closed it with this code. */
    public InMemorySocketAssert wasClosedWith(int code) {
        Optional<CloseFrame> frame =
                patience().until(() -> actual.closeFrame().isPresent()) ? actual.closeFrame() : Optional.empty();
        if (frame.map(CloseFrame::code).filter(sent -> sent == code).isEmpty()) {
            throw failure("to have been closed with " + code + ", not "
                    + frame.map(CloseFrame::toString).orElse("left open"));
        }
        return this;
    }
}
