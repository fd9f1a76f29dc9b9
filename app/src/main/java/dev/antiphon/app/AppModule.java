package dev.antiphon.app;

import com.google.inject.AbstractModule;

/**
 * The composition of the command line. Binds the {@link Console} and the {@link StopSignal} that the
 * commands ask for; needs nothing.
 */
final class AppModule extends AbstractModule {
    private final Console console;
    private final StopSignal stop;

    AppModule(Console console, StopSignal stop) {
        this.console = console;
        this.stop = stop;
    }

    @Override
    protected void configure() {
        bind(Console.class).toInstance(console);
        bind(StopSignal.class).toInstance(stop);
    }
}
