package kontiki.orchestrator.apiserver.http;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a request, with its id: writes and refusals at level info, reads at debug. Also feeds
 * the request metrics. Thread-safe.
 */
public final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger("kontiki.access");

  private final RequestMetrics metrics;

  public AccessLog(RequestMetrics metrics) {
    this.metrics = metrics;
  }

  void received(ApiRequest request) {
    metrics.begun();
    if (LOG.isTraceEnabled()) {
      LOG.trace("request={} received path={}", request.id(), request.info().path());
    }
  }

  void done(ApiRequest request, long nanos) {
    RequestInfo info = request.info();
    metrics.ended(info, request.status(), nanos);
    boolean notable = info.isMutating() || request.status() >= 400;
    if (notable ? LOG.isInfoEnabled() : LOG.isDebugEnabled()) {
      String line =
          "request="
              + request.id()
              + " user="
              + request.user().name()
              + " verb="
              + info.verb()
              + " path="
              + info.path()
              + " code="
              + request.status()
              + " ms="
              + TimeUnit.NANOSECONDS.toMillis(nanos)
              + " agent="
              + firstWord(request.header("user-agent"));
      if (notable) {
        LOG.info(line);
      } else {
        LOG.debug(line);
      }
    }
  }

  private static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }
}
