package kontiki.orchestrator.scheduler.model;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Amounts of computing resources.
 *
 * @param milliCpu thousandths of a processor
 * @param memory bytes
 * @param storage bytes of ephemeral storage
 * @param extended other resources by name, such as huge pages and devices
 */
public record Resources(long milliCpu, long memory, long storage, Map<String, Long> extended) {
  public static final Resources NONE = new Resources(0, 0, 0, Map.of());

  /** What a container without a request counts as when nodes are compared. */
  static final long DEFAULT_MILLI_CPU = 100;

  static final long DEFAULT_MEMORY = 200L << 20;

  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  public Resources {
    extended = Map.copyOf(extended);
  }

  public Resources plus(Resources other) {
    return combine(other, Long::sum);
  }

  public Resources minus(Resources other) {
    return combine(other, (a, b) -> a - b);
  }

  Resources atLeast(Resources other) {
    return combine(other, Math::max);
  }

  private Resources combine(Resources other, LongBinaryOperator by) {
    Map<String, Long> more = extended;
    if (!other.extended.isEmpty()) {
      more = new TreeMap<>(extended);
      for (var e : other.extended.entrySet()) {
        more.merge(
            e.getKey(), by.applyAsLong(0, e.getValue()), (a, b) -> by.applyAsLong(a, e.getValue()));
      }
    }
    return new Resources(
        by.applyAsLong(milliCpu, other.milliCpu),
        by.applyAsLong(memory, other.memory),
        by.applyAsLong(storage, other.storage),
        more);
  }

  /** Reads a resource list such as a node's allocatable. {@code pods} is left out. */
  public static Resources of(@Nullable Map<String, Quantity> list) {
    if (list == null || list.isEmpty()) {
      return NONE;
    }
    long cpu = 0;
    long memory = 0;
    long storage = 0;
    Map<String, Long> extended = new TreeMap<>();
    for (var e : list.entrySet()) {
      switch (e.getKey()) {
        case "cpu" -> cpu = amount(e.getValue(), THOUSAND);
        case "memory" -> memory = amount(e.getValue(), BigDecimal.ONE);
        case "ephemeral-storage" -> storage = amount(e.getValue(), BigDecimal.ONE);
        case "pods" -> {}
        default -> extended.put(e.getKey(), amount(e.getValue(), BigDecimal.ONE));
      }
    }
    return new Resources(cpu, memory, storage, extended);
  }

  private static long amount(Quantity quantity, BigDecimal unit) {
    BigDecimal exact = Quantity.getAmountInBytes(quantity).multiply(unit);
    BigDecimal whole = exact.setScale(0, RoundingMode.CEILING);
    return whole.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
  }

  /**
   * What a pod asks for: its containers and sidecars together, or its largest initialization step
   * if that is more, plus its overhead; requests of the pod as a whole win.
   *
   * @param defaults whether containers that ask for nothing count with a small default
   */
  static Resources requests(Pod pod, boolean defaults) {
    PodSpec spec = pod.getSpec();
    Resources running = NONE;
    for (Container container : spec.getContainers()) {
      running = running.plus(request(container, defaults));
    }
    Resources sidecars = NONE;
    Resources largestStep = NONE;
    for (Container container : spec.getInitContainers()) {
      Resources own = request(container, defaults);
      if ("Always".equals(container.getRestartPolicy())) {
        sidecars = sidecars.plus(own);
        largestStep = largestStep.atLeast(sidecars);
      } else {
        largestStep = largestStep.atLeast(sidecars.plus(own));
      }
    }
    Resources total = running.plus(sidecars).atLeast(largestStep);
    if (spec.getResources() != null && spec.getResources().getRequests() != null) {
      total = total.replacedBy(spec.getResources().getRequests());
    }
    return total.plus(of(spec.getOverhead()));
  }

  private Resources replacedBy(Map<String, Quantity> list) {
    Resources whole = of(list);
    return new Resources(
        list.containsKey("cpu") ? whole.milliCpu : milliCpu,
        list.containsKey("memory") ? whole.memory : memory,
        storage,
        extended);
  }

  private static Resources request(Container container, boolean defaults) {
    Map<String, Quantity> asked =
        container.getResources() == null ? null : container.getResources().getRequests();
    Resources own = of(asked);
    if (!defaults) {
      return own;
    }
    boolean cpu = asked != null && asked.containsKey("cpu");
    boolean memory = asked != null && asked.containsKey("memory");
    return new Resources(
        cpu ? own.milliCpu : DEFAULT_MILLI_CPU,
        memory ? own.memory : DEFAULT_MEMORY,
        own.storage,
        own.extended);
  }
}
