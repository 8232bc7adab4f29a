package kontiki.orchestrator.apiserver.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests by verb, resource and code, with the time they took, in the names that dashboards
 * for Kubernetes know. Thread-safe.
 */
public final class RequestMetrics {
  /** Different label sets kept; requests beyond are counted together. */
  static final int SERIES_MAX = 4_096;

  private static final double[] BUCKETS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 5, 10, 30, 60
  };
  private static final double NANOS_PER_SECOND = 1e9;

  private record Labels(String verb, String group, String version, String resource) {
    @Override
    public String toString() {
      return "group=\""
          + group
          + "\",resource=\""
          + resource
          + "\",verb=\""
          + verb
          + "\",version=\""
          + version
          + "\"";
    }
  }

  private static final class Series {
    final LongAdder[] buckets = new LongAdder[BUCKETS.length];
    final LongAdder count = new LongAdder();
    final LongAdder nanos = new LongAdder();
    final Map<Integer, LongAdder> byCode = new ConcurrentHashMap<>();

    Series() {
      java.util.Arrays.setAll(buckets, i -> new LongAdder());
    }
  }

  private final Map<Labels, Series> series = new ConcurrentHashMap<>();
  private final AtomicLong inFlight = new AtomicLong();

  void begun() {
    inFlight.incrementAndGet();
  }

  void ended(RequestInfo info, int code, long nanos) {
    inFlight.updateAndGet(count -> Math.max(0, count - 1));
    String verb = info.verb().toUpperCase(java.util.Locale.ROOT);
    Labels labels =
        info.resourceRequest() && series.size() < SERIES_MAX
            ? new Labels(verb, info.group(), info.version(), resource(info))
            : new Labels(verb, "", "", "");
    Series one = series.computeIfAbsent(labels, key -> new Series());
    one.byCode.computeIfAbsent(code, key -> new LongAdder()).increment();
    if (info.isLongRunning()) {
      return;
    }
    one.count.increment();
    one.nanos.add(nanos);
    for (int i = 0; i < BUCKETS.length; i++) {
      if (nanos <= BUCKETS[i] * NANOS_PER_SECOND) {
        one.buckets[i].increment();
      }
    }
  }

  private static String resource(RequestInfo info) {
    return info.subresource().isEmpty()
        ? info.resource()
        : info.resource() + "/" + info.subresource();
  }

  /** All series in Prometheus' text format. */
  public String text() {
    StringBuilder out = new StringBuilder(4096);
    Map<String, Series> sorted = new TreeMap<>();
    series.forEach((labels, one) -> sorted.put(labels.toString(), one));
    out.append("# TYPE apiserver_current_inflight_requests gauge\n");
    out.append("apiserver_current_inflight_requests ").append(inFlight.get()).append('\n');
    out.append("# TYPE apiserver_request_total counter\n");
    sorted.forEach((labels, one) ->
        new TreeMap<>(one.byCode)
            .forEach((code, count) ->
                out.append("apiserver_request_total{code=\"")
                    .append(code)
                    .append("\",")
                    .append(labels)
                    .append("} ")
                    .append(count.sum())
                    .append('\n')));
    out.append("# TYPE apiserver_request_duration_seconds histogram\n");
    sorted.forEach((labels, one) -> histogram(out, labels, one));
    return out.toString();
  }

  private static void histogram(StringBuilder out, String labels, Series one) {
    String name = "apiserver_request_duration_seconds";
    for (int i = 0; i < BUCKETS.length; i++) {
      out.append(name).append("_bucket{").append(labels).append(",le=\"").append(BUCKETS[i]);
      out.append("\"} ").append(one.buckets[i].sum()).append('\n');
    }
    out.append(name).append("_bucket{").append(labels).append(",le=\"+Inf\"} ");
    out.append(one.count.sum()).append('\n');
    out.append(name).append("_sum{").append(labels).append("} ");
    out.append(one.nanos.sum() / NANOS_PER_SECOND).append('\n');
    out.append(name).append("_count{").append(labels).append("} ");
    out.append(one.count.sum()).append('\n');
  }
}
