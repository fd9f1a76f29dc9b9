package dev.antiphon.app.gateway;

import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The way of every request: is it well formed, does it lead anywhere, may this origin and this client ask
 * for it. What it asks for is done by {@link CallActions}. Never blocks.
 */
final class GatewayHandler extends Handler.Abstract.NonBlocking {
    private final Assets assets = new Assets();
    private final Protection protection;
    private final Access access;
    private final CallActions actions;
    private final GatewayMetrics metrics;
    private final RequestDeadline deadline;

    GatewayHandler(
            Protection protection,
            Access access,
            CallActions actions,
            GatewayMetrics metrics,
            RequestDeadline deadline) {
        this.protection = protection;
        this.access = access;
        this.actions = actions;
        this.metrics = metrics;
        this.deadline = deadline;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        deadline.onRequest(request);
        long begun = System.nanoTime();
        Exchange exchange = new Exchange(request, response, callback);
        protection.decorate(exchange);
        Optional<Route> route = Route.of(Request.getPathInContext(request), assets);
        String label = route.map(found -> found.action().label()).orElse("none");
        Request.addCompletionListener(
                request,
                failure -> metrics.onRequest(label, response.getStatus(), Duration.ofNanos(System.nanoTime() - begun)));
        route(exchange, route);
        return true;
    }

    private void route(Exchange exchange, Optional<Route> found) {
        boolean isProbe = found.map(route -> route.action().isProbe()).orElse(false);
        Optional<Problem> malformed = protection.form(exchange, isProbe);
        if (malformed.isPresent()) {
            exchange.problem(malformed.get());
            return;
        } else if (found.isEmpty()) {
            exchange.problem(Problem.NO_SUCH_CALL);
            return;
        }
        Route route = found.get();
        boolean isPreflight = exchange.method().equals("OPTIONS");
        if (!isPreflight && !route.action().takes(exchange.method())) {
            exchange.response()
                    .getHeaders()
                    .put(HttpHeader.ALLOW, route.action().methods());
            exchange.problem(Problem.of(405, "method not allowed", "this cannot be done here"));
            return;
        }
        Optional<String> client = access.clientOf(exchange.request());
        Optional<Problem> foreign = route.action().isLinkable() && protection.followsLink(exchange)
                ? Optional.empty()
                : protection.origin(
                        exchange, route.action().changes() || isPreflight, access.asksForToken() && client.isPresent());
        if (foreign.isPresent()) {
            exchange.problem(foreign.get());
        } else if (isPreflight) {
            protection.preflight(exchange, route.action().methods());
        } else if (route.action().isGuarded() && client.isEmpty()) {
            exchange.response().getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            exchange.problem(Problem.of(401, "no access", "the gateway asks for an access token"));
        } else {
            act(exchange, route, client.orElse(""));
        }
    }

    private void act(Exchange exchange, Route route, String client) {
        switch (route.action()) {
            case PAGE -> page(exchange);
            case CONFIG -> actions.config(exchange, access.asksForToken());
            case CALL -> actions.call(exchange, client);
            case EVENTS -> actions.events(exchange, route.callId(), client);
            case TEXT -> actions.text(exchange, route.callId(), client);
            case INTERRUPT -> actions.interrupt(exchange, route.callId(), client);
            case HANG_UP -> actions.hangUp(exchange, route.callId(), client);
            case HEALTH -> actions.health(exchange);
            case METRICS ->
                exchange.send(200, Optional.of("text/plain; version=0.0.4; charset=utf-8"), metrics.scrape());
        }
    }

    private void page(Exchange exchange) {
        Assets.Asset asset = assets.at(Request.getPathInContext(exchange.request()))
                .orElseThrow(() -> new IllegalStateException("a page without content"));
        exchange.response().getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
        exchange.send(200, Optional.of(asset.type()), asset.bytes());
    }
}
