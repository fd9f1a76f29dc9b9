package dev.antiphon.testkit.simulator;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request that waits for its answer. Answered exactly once, unless the client goes first. */
final class Exchange implements Fate.Victim {
    private final RequestHandler handler;
    private final Channel channel;
    private final ReceivedRequest request;
    private final Optional<String> key;
    private final boolean keepAlive;
    private final Wire wire;
    private final List<Misfortune.Alter> changes = new ArrayList<>();
    private Optional<Call> call = Optional.empty();

    Exchange(
            RequestHandler handler,
            SimulatedService service,
            Channel channel,
            ReceivedRequest request,
            Optional<String> key,
            boolean keepAlive) {
        this.handler = handler;
        this.channel = channel;
        this.request = request;
        this.key = key;
        this.keepAlive = keepAlive;
        wire = new Wire(service, channel);
    }

    ReceivedRequest request() {
        return request;
    }

    /** The key as it came; it goes nowhere but to the key ring. */
    Optional<String> key() {
        return key;
    }

    Channel channel() {
        return channel;
    }

    void answer(HttpAnswer answer) {
        HttpAnswer changed = answer;
        for (Misfortune.Alter alter : changes) {
            changed = alter.change().apply(changed);
        }
        if (!isGone()) {
            handler.answer(request, changed, keepAlive);
        }
    }

    /** The call that this request created, once it exists. */
    void created(Call created) {
        call = Optional.of(created);
    }

    @Override
    public boolean isGone() {
        return wire.isGone();
    }

    @Override
    public boolean suffer(Misfortune misfortune) {
        if (misfortune instanceof Misfortune.Refuse refuse) {
            answer(refuse.answer());
            return false;
        }
        if (misfortune instanceof Misfortune.Alter alter) {
            changes.add(alter);
        } else if (misfortune instanceof Misfortune.HideCall) {
            call.orElseThrow().hide();
        } else if (misfortune instanceof Misfortune.Disown) {
            call.orElseThrow().disown();
        } else {
            return wire.suffer(misfortune);
        }
        return true;
    }
}
