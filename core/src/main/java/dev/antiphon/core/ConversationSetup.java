package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.util.concurrent.Executor;

/**
 * What all conversations of one {@link RealtimeConversations} share.
 *
 * @param listenerExecutor runs listeners
 * @param libraryThreads completes stages; never an executor of the application
 * @param sessionUpdateOnJoin whether each new socket is greeted with {@code session.update}
 */
record ConversationSetup(
        ConversationLimits limits,
        ErrorPolicy errors,
        Scheduler scheduler,
        Executor listenerExecutor,
        Executor libraryThreads,
        boolean sessionUpdateOnJoin) {}
