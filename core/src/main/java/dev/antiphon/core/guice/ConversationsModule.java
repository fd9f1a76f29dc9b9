package dev.antiphon.core.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.ErrorPolicy;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportSelector;

/**
 * Conversations over whatever transports are installed beside it.
 *
 * <p>Binds {@link RealtimeConversations}, once. Needs at least one {@link RealtimeTransport} in the map
 * of transports by name, where each transport's module puts its own: {@code "websocket"} serves starts
 * without an SDP offer, {@code "webrtc-sideband"} those with one. An application with other transports,
 * or with another rule, sets a {@link TransportSelector} with an {@link OptionalBinder}; the map is
 * there to be injected into it. In the same way it may set {@link ConversationLimits}, an
 * {@link ErrorPolicy} and a {@link ConversationObserver}; else the defaults are used.
 */
public final class ConversationsModule extends AbstractModule {
    @Override
    protected void configure() {
        MapBinder.newMapBinder(binder(), String.class, RealtimeTransport.class);
        OptionalBinder.newOptionalBinder(binder(), TransportSelector.class)
                .setDefault()
                .to(SelectorByName.class);
        OptionalBinder.newOptionalBinder(binder(), ConversationLimits.class)
                .setDefault()
                .toInstance(ConversationLimits.DEFAULT);
        OptionalBinder.newOptionalBinder(binder(), ErrorPolicy.class)
                .setDefault()
                .toInstance(ErrorPolicy.standard());
        OptionalBinder.newOptionalBinder(binder(), ConversationObserver.class)
                .setDefault()
                .toInstance(ConversationObserver.NONE);
    }

    @Provides
    @Singleton
    RealtimeConversations conversations(
            TransportSelector selector, ConversationLimits limits, ErrorPolicy errors, ConversationObserver observer) {
        return RealtimeConversations.builder()
                .selector(selector)
                .limits(limits)
                .errorPolicy(errors)
                .observer(observer)
                .build();
    }
}
