package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Event objects, as {@code kubectl describe} shows them, without holding up its callers:
 * they are queued (at most {@link #MAX_PENDING}, more are dropped and counted in the log) and
 * written by one virtual thread. An event that was written before only has its count raised.
 * Thread-safe.
 */
public final class EventRecorder implements Events, AutoCloseable {
  public static final int MAX_PENDING = 1000;

  /** How many different events are remembered for counting. */
  public static final int MAX_REMEMBERED = 4096;

  private static final int MAX_MESSAGE = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private record Note(
      ObjectReference about, String type, String reason, String message, Instant time) {}

  private record Key(String object, @Nullable String field, String reason, String message) {}

  private record Written(String namespace, String name, int count) {}

  private final ApiClient client;
  private final String component;
  private final @Nullable String host;
  private final InstantSource clock;
  private final BlockingQueue<Note> pending = new ArrayBlockingQueue<>(MAX_PENDING);
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong sequence = new AtomicLong();
  private final Map<Key, Written> written =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Written> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private final Thread thread;

  /**
   * Starts a recorder.
   *
   * @param component who reports, such as {@code replicaset-controller}
   * @param host the node that the component runs on; null where that means nothing
   */
  public EventRecorder(
      ApiClient client, String component, @Nullable String host, InstantSource clock) {
    this.client = client;
    this.component = component;
    this.host = host;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("events-" + component).start(this::run);
  }

  @Override
  public void normal(HasMetadata about, String reason, String message) {
    record(reference(about, null), "Normal", reason, message);
  }

  @Override
  public void warning(HasMetadata about, String reason, String message) {
    record(reference(about, null), "Warning", reason, message);
  }

  /** An event of a given type about a part of an object or one that is known by name only. */
  public void record(ObjectReference about, String type, String reason, String message) {
    String text = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    if (!pending.offer(new Note(about, type, reason, text, clock.instant()))) {
      long lost = dropped.incrementAndGet();
      if (Long.bitCount(lost) == 1) {
        LOG.warn("events={} event=dropped total={}", component, lost);
      }
    }
  }

  /** Points at an object, or with a field path such as {@code spec.containers{web}} into it. */
  public static ObjectReference reference(HasMetadata about, @Nullable String fieldPath) {
    return new ObjectReferenceBuilder()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withName(about.getMetadata().getName())
        .withNamespace(about.getMetadata().getNamespace())
        .withUid(about.getMetadata().getUid())
        .withResourceVersion(about.getMetadata().getResourceVersion())
        .withFieldPath(fieldPath)
        .build();
  }

  private void run() {
    try {
      while (true) {
        write(pending.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Note note) {
    ObjectReference about = note.about();
    String object = about.getKind() + "/" + about.getUid() + "/" + about.getName();
    Key key = new Key(object, about.getFieldPath(), note.reason(), note.message());
    try {
      Written before = written.get(key);
      if (before == null || !raise(key, before, note.time())) {
        create(key, note);
      }
    } catch (ApiException e) {
      LOG.debug("events={} event=not-written error={}", component, e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("events={} event=defect", component, e);
    }
  }

  private boolean raise(Key key, Written before, Instant time) {
    int count = before.count() + 1;
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put("count", count);
    patch.put("lastTimestamp", Timestamps.format(time));
    try {
      client.resource(Event.class).inNamespace(before.namespace()).mergePatch(before.name(), patch);
    } catch (ApiException e) {
      if (e.isNotFound()) {
        return false;
      }
      throw e;
    }
    written.put(key, new Written(before.namespace(), before.name(), count));
    return true;
  }

  private void create(Key key, Note note) {
    ObjectReference about = note.about();
    String own = about.getNamespace();
    String namespace = own == null || own.isEmpty() ? "default" : own;
    long unique = note.time().getEpochSecond() * 1_000_000_000L + note.time().getNano();
    String name = about.getName() + "." + Long.toHexString(unique + sequence.getAndIncrement());
    String time = Timestamps.format(note.time());
    client
        .resource(Event.class)
        .create(
            new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withInvolvedObject(about)
                .withType(note.type())
                .withReason(note.reason())
                .withMessage(note.message())
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withNewSource()
                .withComponent(component)
                .withHost(host)
                .endSource()
                .withReportingComponent(component)
                .withReportingInstance(host == null ? "" : host)
                .build());
    written.put(key, new Written(namespace, name, 1));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
