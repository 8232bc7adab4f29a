package kontiki.orchestrator.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags of leader election, named as Kubernetes names them: a picocli mixin for every role that
 * is elected.
 */
public final class LeaderElectionFlags {
  private static final String DURATION = "DURATION";

  @Option(
      names = "--leader-elect",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Act only while holding the lease (default: true).")
  private boolean elect;

  @Option(
      names = "--leader-elect-lease-duration",
      defaultValue = "15s",
      paramLabel = DURATION,
      converter = DurationFlag.class,
      description = "How long others wait for a leader that is silent (default: 15s).")
  private Duration lease = Duration.ofSeconds(15);

  @Option(
      names = "--leader-elect-renew-deadline",
      defaultValue = "10s",
      paramLabel = DURATION,
      converter = DurationFlag.class,
      description = "How long a leader tries to renew before it gives up (default: 10s).")
  private Duration renew = Duration.ofSeconds(10);

  @Option(
      names = "--leader-elect-retry-period",
      defaultValue = "2s",
      paramLabel = DURATION,
      converter = DurationFlag.class,
      description = "The wait between attempts (default: 2s).")
  private Duration retry = Duration.ofSeconds(2);

  @Option(
      names = "--leader-elect-resource-namespace",
      defaultValue = "kube-system",
      paramLabel = "NAMESPACE",
      description = "The namespace of the lease (default: kube-system).")
  private String namespace = "kube-system";

  @Option(
      names = "--leader-elect-identity",
      paramLabel = "NAME",
      description = {
        "Under which name to hold the lease (default: the host's name and a random part).",
        "A process that comes back under its name leads at once: only for who never starts two."
      })
  private @Nullable String identity;

  /** Made by picocli. */
  public LeaderElectionFlags() {}

  /** What the flags say, for the lease of the given name. */
  public ElectedProcess.Settings settings(String leaseName) {
    return new ElectedProcess.Settings(
        elect,
        namespace,
        leaseName,
        Optional.ofNullable(identity),
        new LeaderElector.Timing(lease, renew, retry));
  }
}
