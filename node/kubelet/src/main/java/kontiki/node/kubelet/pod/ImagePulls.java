package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.AuthConfig;
import kontiki.node.cri.pb.Image;
import kontiki.node.cri.pb.ImageSpec;
import kontiki.node.cri.pb.PodSandboxConfig;
import org.jspecify.annotations.Nullable;

/**
 * Gets images onto the node. A pull runs on a thread of its own, at most {@link #MAX_PARALLEL} at
 * once; whoever wants the image asks again when it was woken. Failed pulls are repeated after 10 s,
 * then after twice as long each time, up to 5 min. Thread-safe.
 */
public final class ImagePulls {
  public static final int MAX_PARALLEL = 4;
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

  /** How it stands with an image. */
  public sealed interface State {
    record Present(Image image) implements State {}

    record Pulling() implements State {}

    /** Not there; ask again then. */
    record Absent(String reason, String message, Instant askAt) implements State {}
  }

  /** Finds the credentials for an image among the pod's pull secrets. */
  public interface Credentials {
    AuthConfig of(Pod pod, String image);
  }

  private record Start(String uid, String container, int attempt) {}

  private record Failure(String message, Duration backoff, Instant until, boolean told) {}

  private record PodImage(String uid, String image) {}

  private final CriRuntime runtime;
  private final PodEvents events;
  private final Credentials credentials;
  private final InstantSource clock;
  private final Semaphore slots = new Semaphore(MAX_PARALLEL, true);
  private final Map<Start, Boolean> pulls = new ConcurrentHashMap<>();
  private final Map<PodImage, Failure> failures = new ConcurrentHashMap<>();

  public ImagePulls(
      CriRuntime runtime, PodEvents events, Credentials credentials, InstantSource clock) {
    this.runtime = runtime;
    this.events = events;
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * Asks for a container's image for one start.
   *
   * @param wake called when a pull that this call began or found has ended
   */
  public State ensure(Pod pod, Container container, int attempt, Runnable wake) {
    String uid = pod.getMetadata().getUid();
    String name = container.getImage();
    Start start = new Start(uid, container.getName(), attempt);
    Boolean pulled = pulls.get(start);
    if (pulled != null && !pulled) {
      return new State.Pulling();
    }
    Optional<Image> present = runtime.imageStatus(ImageSpec.newBuilder().setImage(name).build());
    String policy = policy(container);
    if (pulled != null) {
      pulls.remove(start);
      if (present.isPresent()) {
        return new State.Present(present.get());
      }
    }
    if (present.isPresent() && (!policy.equals("Always") || imported(name, present.get()))) {
      events.normal(
          pod,
          container.getName(),
          "Pulled",
          "Container image \"" + name + "\" already present on machine");
      return new State.Present(present.get());
    }
    if (policy.equals("Never")) {
      String message = "Container image \"" + name + "\" is not present with pull policy of Never";
      events.warning(pod, container.getName(), "ErrImageNeverPull", message);
      return new State.Absent("ErrImageNeverPull", message, clock.instant().plus(LONGEST_BACKOFF));
    }
    PodImage key = new PodImage(uid, name);
    Failure failure = failures.get(key);
    if (failure != null && failure.until().isAfter(clock.instant())) {
      return backingOff(pod, container, key, failure);
    }
    pulls.put(start, false);
    Thread.ofVirtual().name("pull-" + name).start(() -> pull(pod, container, start, wake));
    return new State.Pulling();
  }

  /** When a pod with absent images should ask again; far away if it has none. */
  public Instant askAt(String uid) {
    return failures.entrySet().stream()
        .filter(entry -> entry.getKey().uid().equals(uid))
        .map(entry -> entry.getValue())
        .map(failure -> failure.told() ? failure.until() : clock.instant().plusSeconds(1))
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  /** Forgets what is known of a pod that is gone. */
  public void forget(String uid) {
    pulls.keySet().removeIf(start -> start.uid().equals(uid));
    failures.keySet().removeIf(key -> key.uid().equals(uid));
  }

  private State backingOff(Pod pod, Container container, PodImage key, Failure failure) {
    if (!failure.told()) {
      failures.put(key, new Failure(failure.message(), failure.backoff(), failure.until(), true));
      return new State.Absent("ErrImagePull", failure.message(), clock.instant().plusSeconds(1));
    }
    String message = "Back-off pulling image \"" + key.image() + "\"";
    events.normal(pod, container.getName(), "BackOff", message);
    events.warning(pod, container.getName(), "Failed", "Error: ImagePullBackOff");
    return new State.Absent("ImagePullBackOff", message, failure.until());
  }

  private void pull(Pod pod, Container container, Start start, Runnable wake) {
    String name = container.getImage();
    PodImage key = new PodImage(start.uid(), name);
    Instant asked = clock.instant();
    try {
      slots.acquire();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      pulls.remove(start);
      return;
    }
    try {
      events.normal(pod, container.getName(), "Pulling", "Pulling image \"" + name + "\"");
      Instant began = clock.instant();
      String unused =
          runtime.pullImage(
              ImageSpec.newBuilder().setImage(name).build(),
              credentials.of(pod, name),
              PodSandboxConfig.getDefaultInstance());
      failures.remove(key);
      Instant ended = clock.instant();
      events.normal(
          pod,
          container.getName(),
          "Pulled",
          "Successfully pulled image \"%s\" in %s (%s including waiting)"
              .formatted(
                  name,
                  seconds(Duration.between(began, ended)),
                  seconds(Duration.between(asked, ended))));
      pulls.put(start, true);
    } catch (CriException failed) {
      pulls.remove(start);
      String message = String.valueOf(failed.getMessage());
      Failure before = failures.get(key);
      Duration backoff = next(before);
      failures.put(key, new Failure(message, backoff, clock.instant().plus(backoff), false));
      events.warning(
          pod, container.getName(), "Failed", "Failed to pull image \"" + name + "\": " + message);
      events.warning(pod, container.getName(), "Failed", "Error: ErrImagePull");
    } finally {
      slots.release();
      wake.run();
    }
  }

  private static Duration next(@Nullable Failure before) {
    if (before == null) {
      return FIRST_BACKOFF;
    }
    Duration doubled = before.backoff().multipliedBy(2);
    return doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
  }

  /** The spec's policy; where it has none, Always for the tag latest and else IfNotPresent. */
  static String policy(Container container) {
    if (container.getImagePullPolicy() != null && !container.getImagePullPolicy().isEmpty()) {
      return container.getImagePullPolicy();
    }
    String image = container.getImage();
    String last = image.substring(image.lastIndexOf('/') + 1);
    boolean latest = !image.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
    return latest ? "Always" : "IfNotPresent";
  }

  /**
   * An image without a digest of its own repository was imported on this node, so no registry has a
   * newer one: Always can only mean to use it. Engines list with it the digests of every other
   * repository that has the same content.
   */
  static boolean imported(String name, Image image) {
    String prefix = repository(name) + "@";
    return image.getRepoDigestsList().stream().noneMatch(digest -> digest.startsWith(prefix));
  }

  /** The repository of an image's name, written out as engines do: docker.io unless it says. */
  private static String repository(String image) {
    String name = image.split("@", 2)[0];
    int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
    name = tag < 0 ? name : name.substring(0, tag);
    int slash = name.indexOf('/');
    if (slash < 0) {
      return "docker.io/library/" + name;
    }
    String host = name.substring(0, slash);
    boolean isHost = host.contains(".") || host.contains(":") || host.equals("localhost");
    return isHost ? name : "docker.io/" + name;
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3fs", duration.toMillis() / 1000.0);
  }
}
