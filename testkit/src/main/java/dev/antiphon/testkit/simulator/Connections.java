package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.Infliction.Subject;
import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.tls.ServerIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/** The TCP connections of a simulator: numbers them, counts them and prepares them for requests. */
@Sharable
final class Connections extends ChannelInitializer<Channel> {
    private static final int MAX_LINE = 8_192;
    private static final int MAX_HEADERS = 32_768;
    private static final int MAX_CHUNK = 65_536;

    private final SimulatedService service;
    private final Endpoints endpoints;
    private final Optional<SslContext> encryption;
    // Confined to the loop.
    private final Set<Channel> open = new HashSet<>();
    private int accepted;

    Connections(SimulatedService service, Endpoints endpoints) {
        this.service = service;
        this.endpoints = endpoints;
        encryption = service.settings().identity().map(Connections::encryption);
    }

    private static SslContext encryption(ServerIdentity identity) {
        try {
            return SslContextBuilder.forServer(identity.key(), identity.chain())
                    .sslProvider(SslProvider.JDK)
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("the identity is not fit for TLS: " + identity, e);
        }
    }

    @Override
    protected void initChannel(Channel channel) {
        String id = "c" + ++accepted;
        open.add(channel);
        service.journal().add(Kind.ACCEPTED, id, "", "");
        channel.closeFuture().addListener(closed -> {
            open.remove(channel);
            service.journal().add(Kind.DISCONNECTED, id, "", "");
        });
        channel.pipeline().addLast(new Doorway(id));
    }

    /** Closes what is open. On the loop. */
    void closeAll() {
        List.copyOf(open).forEach(SimulatedService::close);
    }

    /** Lets a connection in once it is up and no misfortune keeps it waiting. Nothing is read before. */
    private final class Doorway extends ChannelInboundHandlerAdapter {
        private final String id;

        Doorway(String id) {
            this.id = id;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            if (open.size() > service.settings().limits().maxConnections()) {
                service.journal().add(Kind.PROTOCOL_ERROR, id, "", "too many connections");
                service.reset(channel);
                return;
            }
            Subject subject = new Subject(id, Connection.Kind.MODEL, "");
            service.fate().meet(Moment.ACCEPTED, subject, new Arrival(channel), () -> admit(ctx));
        }

        private void admit(ChannelHandlerContext ctx) {
            ChannelPipeline pipeline = ctx.pipeline();
            encryption.ifPresent(tls -> pipeline.addFirst("tls", tls.newHandler(ctx.alloc())));
            pipeline.addLast(new RequestDeadline(service.settings().limits().requestDeadline()));
            pipeline.addLast(new HttpRequestDecoder(MAX_LINE, MAX_HEADERS, MAX_CHUNK));
            pipeline.addLast(new HttpResponseEncoder());
            pipeline.addLast(new RequestReader(service.settings().limits().maxBodyBytes()));
            pipeline.addLast(new RequestHandler(service, endpoints, id));
            pipeline.remove(this);
            ctx.channel().config().setAutoRead(true);
        }
    }

    private final class Arrival implements Fate.Victim {
        private final Channel channel;

        Arrival(Channel channel) {
            this.channel = channel;
        }

        @Override
        public boolean isGone() {
            return !channel.isActive();
        }

        @Override
        public void reset() {
            service.reset(channel);
        }

        @Override
        public void drop() {
            service.finish(channel);
        }

        @Override
        public void stopReading() {
            throw new IllegalStateException("nothing is read yet: hold it instead");
        }
    }
}
