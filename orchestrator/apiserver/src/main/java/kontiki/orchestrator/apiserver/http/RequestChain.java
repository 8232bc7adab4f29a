package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import kontiki.orchestrator.apiserver.authentication.Authentication;
import kontiki.orchestrator.apiserver.authentication.Impersonation;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.authorization.Attributes;
import kontiki.orchestrator.apiserver.authorization.Authorizer;
import kontiki.orchestrator.apiserver.authorization.Decision;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;
import kontiki.orchestrator.apiserver.storage.RequestScope;
import kontiki.orchestrator.apiserver.storage.StorageException;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.HttpHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request goes through, in this order and in this file: TLS identity, authentication,
 * audit, flow control, authorization, admission, registry. Runs on the request's own virtual
 * thread; an error at any stage becomes a Status object.
 */
public final class RequestChain implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestChain.class);

  private final Authentication authentication;
  private final Impersonation impersonation;
  private final AccessLog accessLog;
  private final FlowControl flowControl;
  private final Authorizer authorizer;
  private final Dispatcher dispatcher;
  private final Answers answers;

  public RequestChain(
      Authentication authentication,
      Authorizer authorizer,
      AccessLog accessLog,
      FlowControl flowControl,
      Dispatcher dispatcher,
      Answers answers) {
    this.authentication = authentication;
    this.impersonation = new Impersonation(authorizer);
    this.authorizer = authorizer;
    this.accessLog = accessLog;
    this.flowControl = flowControl;
    this.dispatcher = dispatcher;
    this.answers = answers;
  }

  @Override
  public void handle(HttpExchange exchange) throws Exception {
    String id = requestId(exchange);
    ScopedValue.where(RequestScope.REQUEST_ID, id).call(() -> serve(exchange, id));
  }

  /** The chain. */
  private boolean serve(HttpExchange exchange, String id) throws Exception {
    long started = System.nanoTime();
    ApiRequest request = begin(exchange, id);
    try {
      // 1. TLS identity: the listener has verified the chain that the client showed.
      // 2. Authentication: certificate, bearer token, or anonymous; then impersonation.
      User caller = authentication.authenticate(exchange);
      request.identify(impersonation.apply(caller, exchange.headers()));
      // 3. Audit: what arrives here is written to the access log when it ends, however it ends.
      accessLog.received(request);
      // 4. Flow control: a flood is refused here, before it costs anything.
      FlowControl.Permit permit = flowControl.enter(request.user(), request.info());
      try (permit) {
        // 5. Authorization: may this user do this.
        authorize(request);
        // 6. and 7. Admission and registry: what is written is admitted, validated and stored.
        dispatcher.dispatch(request);
      }
    } catch (StatusException e) {
      answers.error(request, e);
    } catch (TreeSyntaxException e) {
      answers.error(request, Failures.badRequest(String.valueOf(e.getMessage())));
    } catch (StorageException e) {
      LOG.warn("store failed request={} error={}", id, e.getMessage());
      answers.error(request, Failures.unavailable(String.valueOf(e.getMessage())));
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("client went away request={} cause={}", id, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answers.error(request, Failures.unavailable("the API server is shutting down"));
    } catch (RuntimeException e) {
      LOG.error("request failed request={} path={}", id, exchange.path(), e);
      answers.error(request, Failures.internal(e.toString()));
    } finally {
      accessLog.done(request, System.nanoTime() - started);
    }
    return true;
  }

  private static ApiRequest begin(HttpExchange exchange, String id) {
    Query query = Query.parse(exchange.rawQuery());
    RequestInfo info = RequestInfo.parse(exchange.method(), exchange.path(), query);
    return new ApiRequest(exchange, id, info, query);
  }

  private void authorize(ApiRequest request) {
    Attributes attributes = attributes(request);
    Decision decision = authorizer.decide(attributes);
    if (decision instanceof Decision.Allow) {
      return;
    }
    String reason = decision.reason().isEmpty() ? "" : ": " + decision.reason();
    String message = attributes.refusal() + reason;
    RequestInfo info = request.info();
    throw info.resourceRequest()
        ? Failures.forbidden(info.group(), info.resource(), info.name(), message)
        : Failures.forbiddenPath(message);
  }

  private static Attributes attributes(ApiRequest request) {
    RequestInfo info = request.info();
    return new Attributes(
        request.user(),
        info.verb(),
        info.resourceRequest(),
        info.group(),
        info.version(),
        info.resource(),
        info.subresource(),
        info.namespace(),
        info.name(),
        info.path());
  }

  /** The client's id where it is fit for a log, else an own one. */
  private static String requestId(HttpExchange exchange) {
    String given = exchange.header("audit-id").or(() -> exchange.header("x-request-id")).orElse("");
    return RequestScope.isUsable(given) ? given : UUID.randomUUID().toString();
  }
}
