package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kontiki.node.cri.pb.LinuxContainerResources;
import kontiki.node.kubelet.plan.Containers;
import org.jspecify.annotations.Nullable;

/** From requests and limits to cgroup values, quality of service and out-of-memory scores. */
public final class PodResources {
  private static final long CPU_PERIOD_MICROS = 100_000;
  private static final long MIN_QUOTA_MICROS = 1_000;
  private static final long MIN_SHARES = 2;
  private static final long MAX_SHARES = 262_144;

  /** Quality of service (docs: "Pod Quality of Service Classes"); the name is the API's. */
  public enum Qos {
    GUARANTEED("Guaranteed", ""),
    BURSTABLE("Burstable", "/burstable"),
    BEST_EFFORT("BestEffort", "/besteffort");

    private final String apiName;
    private final String cgroup;

    Qos(String apiName, String cgroup) {
      this.apiName = apiName;
      this.cgroup = cgroup;
    }

    public String apiName() {
      return apiName;
    }

    /** The part of the cgroup path between {@code kubepods} and the pod; may be empty. */
    public String cgroup() {
      return cgroup;
    }
  }

  /** What a pod's cgroup is limited to; null for no limit. */
  public record PodLimits(
      long cpuShares, @Nullable Long cpuQuotaMicros, @Nullable Long memoryBytes) {
    public long cpuPeriodMicros() {
      return CPU_PERIOD_MICROS;
    }
  }

  private PodResources() {}

  public static Qos qos(PodSpec spec) {
    boolean anything = false;
    boolean guaranteed = true;
    for (Container container : Containers.all(spec)) {
      for (String resource : List.of("cpu", "memory")) {
        Quantity request = request(container, resource);
        Quantity limit = limit(container, resource);
        anything |= nonZero(request) || nonZero(limit);
        guaranteed &=
            limit != null
                && nonZero(limit)
                && (request == null
                    || request.getNumericalAmount().compareTo(limit.getNumericalAmount()) == 0);
      }
    }
    if (!anything) {
      return Qos.BEST_EFFORT;
    }
    return guaranteed ? Qos.GUARANTEED : Qos.BURSTABLE;
  }

  /** The limits of one container; {@code nodeMemory} in bytes weighs its out-of-memory score. */
  public static LinuxContainerResources of(PodSpec spec, Container container, long nodeMemory) {
    Quantity cpuLimit = limit(container, "cpu");
    Quantity cpuRequest = request(container, "cpu");
    Quantity memoryLimit = limit(container, "memory");
    LinuxContainerResources.Builder resources =
        LinuxContainerResources.newBuilder()
            .setCpuPeriod(CPU_PERIOD_MICROS)
            .setCpuShares(shares(millis(cpuRequest == null ? cpuLimit : cpuRequest)))
            .setOomScoreAdj(oomScore(spec, container, nodeMemory));
    if (cpuLimit != null) {
      resources.setCpuQuota(quota(millis(cpuLimit)));
    }
    if (memoryLimit != null) {
      resources.setMemoryLimitInBytes(bytes(memoryLimit));
    }
    return resources.build();
  }

  /** The limits of the whole pod: sums, where every container has one. */
  public static PodLimits ofPod(PodSpec spec) {
    long cpuRequest =
        sum(
            spec,
            container -> {
              Quantity request = request(container, "cpu");
              return millis(request == null ? limit(container, "cpu") : request);
            });
    List<Container> all = Containers.all(spec);
    boolean cpuLimited = all.stream().allMatch(container -> limit(container, "cpu") != null);
    boolean memoryLimited = all.stream().allMatch(container -> limit(container, "memory") != null);
    return new PodLimits(
        shares(cpuRequest),
        cpuLimited ? quota(sum(spec, container -> millis(limit(container, "cpu")))) : null,
        memoryLimited ? sum(spec, container -> bytes(limit(container, "memory"))) : null);
  }

  /** Less is killed later: -997 guaranteed, 1000 best effort, between by the memory asked for. */
  static long oomScore(PodSpec spec, Container container, long nodeMemory) {
    boolean critical = spec.getPriority() != null && spec.getPriority() >= 2_000_000_000;
    if (critical) {
      return -997;
    }
    return switch (qos(spec)) {
      case GUARANTEED -> -997;
      case BEST_EFFORT -> 1000;
      case BURSTABLE -> {
        long request = bytes(request(container, "memory"));
        long score = 1000 - 1000 * request / Math.max(1, nodeMemory);
        yield Math.max(3, Math.min(score, 999));
      }
    };
  }

  /** Ordinary containers and sidecars run together; other init containers run alone before. */
  private static long sum(PodSpec spec, Function<Container, Long> amount) {
    long together = 0;
    long peak = 0;
    for (Container init : Containers.inits(spec)) {
      if (Containers.sidecar(init)) {
        together += amount.apply(init);
      } else {
        peak = Math.max(peak, together + amount.apply(init));
      }
    }
    for (Container container : spec.getContainers()) {
      together += amount.apply(container);
    }
    return Math.max(together, peak);
  }

  static @Nullable Quantity request(Container container, String resource) {
    ResourceRequirements requirements = container.getResources();
    return requirements == null ? null : of(requirements.getRequests(), resource);
  }

  static @Nullable Quantity limit(Container container, String resource) {
    ResourceRequirements requirements = container.getResources();
    return requirements == null ? null : of(requirements.getLimits(), resource);
  }

  private static @Nullable Quantity of(@Nullable Map<String, Quantity> amounts, String resource) {
    return amounts == null ? null : amounts.get(resource);
  }

  private static boolean nonZero(@Nullable Quantity quantity) {
    return quantity != null && quantity.getNumericalAmount().signum() > 0;
  }

  /** Thousandths of a processor, rounded up; 0 for no quantity. */
  static long millis(@Nullable Quantity quantity) {
    return quantity == null
        ? 0
        : quantity
            .getNumericalAmount()
            .multiply(BigDecimal.valueOf(1000))
            .setScale(0, RoundingMode.CEILING)
            .longValueExact();
  }

  static long bytes(@Nullable Quantity quantity) {
    return quantity == null
        ? 0
        : quantity.getNumericalAmount().setScale(0, RoundingMode.CEILING).longValueExact();
  }

  static long shares(long millis) {
    return Math.min(MAX_SHARES, Math.max(MIN_SHARES, millis * 1024 / 1000));
  }

  private static long quota(long millis) {
    return millis == 0 ? 0 : Math.max(MIN_QUOTA_MICROS, millis * CPU_PERIOD_MICROS / 1000);
  }
}
