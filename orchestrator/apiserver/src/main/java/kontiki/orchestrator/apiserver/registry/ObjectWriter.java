package kontiki.orchestrator.apiserver.registry;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Timestamps;
import kontiki.orchestrator.apiserver.admission.Admission;
import kontiki.orchestrator.apiserver.admission.AdmissionRequest;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.FieldError;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.orchestrator.apiserver.storage.Storage.WriteResult;
import org.jspecify.annotations.Nullable;

/**
 * Creates and changes objects of every kind in one way: prepare, default, admit, validate, claim,
 * compare-and-set. Thread-safe: races are settled by the store.
 */
public final class ObjectWriter {
  /** Names tried for an object that has generateName. */
  static final int NAME_ATTEMPTS = 8;

  /** Lost races after which a change is given up with a conflict. */
  static final int CHANGE_ATTEMPTS = 32;

  /** Subresources whose routes decide themselves what may change. */
  private static final Set<String> OWN_RULES =
      Set.of("binding", "finalize", "eviction", "ephemeralcontainers", "resize", "approval");

  private static final String NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int NAME_SUFFIX = 5;
  private static final int GENERATED_PREFIX_MAX = 58;

  private final Storage storage;
  private final Admission admission;
  private final InstantSource clock;
  private final RandomGenerator random;

  public ObjectWriter(
      Storage storage, Admission admission, InstantSource clock, RandomGenerator random) {
    this.storage = storage;
    this.admission = admission;
    this.clock = clock;
    this.random = random;
  }

  /** The clock that writes go by. */
  InstantSource clock() {
    return clock;
  }

  /** What a write came to: the object as stored, and whether it was made anew. */
  public record Written(JsonObject object, boolean created) {}

  /**
   * Stores a new object.
   *
   * @param object in the call's version, changed by this method
   */
  public JsonObject create(Call call, JsonObject object) {
    JsonObject metadata = ObjectMeta.of(object);
    if (!ObjectMeta.resourceVersion(object).isEmpty()) {
      throw Failures.badRequest("resourceVersion should not be set on objects to be created");
    }
    String prefix = metadata.string("generateName", "");
    boolean generate = ObjectMeta.name(object).isEmpty() && !prefix.isEmpty();
    for (int attempt = 1; ; attempt++) {
      if (generate) {
        metadata.put("name", generateName(prefix));
      }
      JsonObject created = tryCreate(call.named(ObjectMeta.name(object)), object.deepCopy());
      if (created != null) {
        return created;
      }
      String name = ObjectMeta.name(object);
      if (!generate) {
        throw Failures.alreadyExists(call.type().group(), call.type().plural(), name);
      }
      if (attempt == NAME_ATTEMPTS) {
        throw Failures.generateNameConflict(call.type().group(), call.type().plural(), name);
      }
    }
  }

  /** The object as stored, or null when its name is taken. */
  private @Nullable JsonObject tryCreate(Call call, JsonObject object) {
    StoredResource resource = call.resource();
    Strategy strategy = resource.strategy();
    Instant now = clock.instant();
    Forms.prepare(call, object);
    ObjectMeta.fillForCreate(object, newUid(), Timestamps.seconds(now));
    admission.admit(new AdmissionRequest(AdmissionRequest.Operation.CREATE, call, object, null));
    JsonObject stored = Conversion.convert(object, resource.type());
    StatusRules.clearForCreate(resource.type(), stored);
    strategy.prepareForCreate(stored, now);
    if (strategy.hasGeneration()) {
      ObjectMeta.of(stored).put("generation", 1L);
    }
    stored = Forms.normalize(resource.type(), stored);
    Ownership.recordWrite(call, stored, null, now);
    List<FieldError> errors = MetadataValidation.validate(resource.type(), stored);
    errors.addAll(strategy.validate(stored));
    refuse(call, ObjectMeta.name(stored), errors);
    admission.validate(new AdmissionRequest(AdmissionRequest.Operation.CREATE, call, stored, null));
    strategy.warnings(stored).forEach(call::warn);
    Runnable undo = strategy.claim(stored, null, call.options().dryRun());
    boolean done = false;
    try {
      JsonObject result = store(call, stored, strategy.ttlSeconds());
      done = result != null && !call.options().dryRun();
      return result == null ? null : Conversion.convert(result, call.type());
    } finally {
      if (!done) {
        undo.run();
      }
    }
  }

  private @Nullable JsonObject store(Call call, JsonObject object, int ttlSeconds) {
    if (call.options().dryRun()) {
      return storage.get(call.key()).entry() == null ? object : null;
    }
    byte[] bytes = StoredForm.encode(object);
    return switch (storage.create(call.key(), bytes, ttlSeconds)) {
      case WriteResult.Written written -> StoredForm.withRevision(object, written.revision());
      case WriteResult.Conflict conflict -> null;
    };
  }

  /** Replaces an object, or creates it where its kind allows that. */
  public Written update(Call call, JsonObject object) {
    JsonObject changed = change(call, null, old -> object.deepCopy());
    if (changed != null) {
      return new Written(changed, false);
    }
    boolean creates = call.resource().strategy().createsOnUpdate() && call.subresource().isEmpty();
    if (!creates) {
      throw call.resource().notFound(call.name());
    }
    if (!ObjectMeta.uid(object).isEmpty()) {
      throw uidMismatch(call, ObjectMeta.uid(object), "");
    }
    return new Written(create(call, object), true);
  }

  /**
   * Replaces an object by what a function makes of it, as often as others come in between. When the
   * result names a resource version, only an object of that version is replaced.
   *
   * @param precondition must hold for the stored object, or throws; null for none
   * @param change gets a tree of its own in the call's version, returns one in the same version
   * @return the object as it now is, null when there is none
   */
  public @Nullable JsonObject change(
      Call call, @Nullable Consumer<JsonObject> precondition, UnaryOperator<JsonObject> change) {
    CachedObject cached = call.resource().cache().get(call.key());
    boolean fresh = cached == null;
    Storage.Entry entry = cached == null ? storage.get(call.key()).entry() : entryOf(cached);
    for (int attempt = 0; entry != null && attempt < CHANGE_ATTEMPTS; attempt++) {
      JsonObject old = StoredForm.decode(entry);
      Attempt outcome;
      try {
        if (precondition != null) {
          precondition.accept(old);
        }
        outcome = tryChange(call, entry, old, change);
      } catch (kontiki.orchestrator.apiserver.status.StatusException e) {
        // What was read from the cache may be old news: only the store's word is final.
        if (fresh) {
          throw e;
        }
        outcome = new Attempt.Retry(storage.get(call.key()).entry());
      }
      switch (outcome) {
        case Attempt.Done done -> {
          return Conversion.convert(done.object(), call.type());
        }
        case Attempt.Retry retry -> {
          entry = retry.current();
          fresh = true;
        }
      }
    }
    if (entry != null) {
      throw call.resource().modified(call.name());
    }
    return null;
  }

  private sealed interface Attempt {
    record Done(JsonObject object) implements Attempt {}

    record Retry(Storage.@Nullable Entry current) implements Attempt {}
  }

  /** The stored bytes again: the cache holds them with the resource version in them. */
  private static Storage.Entry entryOf(CachedObject cached) {
    return new Storage.Entry(cached.key(), StoredForm.encode(cached.tree()), cached.revision());
  }

  private Attempt tryChange(
      Call call, Storage.Entry entry, JsonObject old, UnaryOperator<JsonObject> change) {
    StoredResource resource = call.resource();
    JsonObject next = change.apply(Conversion.convert(old.deepCopy(), call.type()));
    checkPreconditions(call, next, old);
    Forms.prepare(call, next);
    ObjectMeta.keepForUpdate(next, old);
    admission.admit(new AdmissionRequest(AdmissionRequest.Operation.UPDATE, call, next, old));
    JsonObject stored = Conversion.convert(next, resource.type());
    stored = prepareForUpdate(call, stored, old);
    stored = Forms.normalize(resource.type(), stored);
    Ownership.recordWrite(call, stored, old, clock.instant());
    List<FieldError> errors = MetadataValidation.validateUpdate(resource.type(), stored, old);
    if (!call.subresource().equals("status") && !OWN_RULES.contains(call.subresource())) {
      errors.addAll(resource.strategy().validateUpdate(stored, old));
    }
    refuse(call, call.name(), errors);
    admission.validate(new AdmissionRequest(AdmissionRequest.Operation.UPDATE, call, stored, old));
    resource.strategy().warnings(stored).forEach(call::warn);
    if (isGone(resource, stored)) {
      return finishDeletion(call, entry, stored, old);
    }
    return replace(call, entry, stored, old);
  }

  private static JsonObject prepareForUpdate(Call call, JsonObject next, JsonObject old) {
    StoredResource resource = call.resource();
    Strategy strategy = resource.strategy();
    if (call.subresource().equals("status")) {
      JsonObject merged = StatusRules.statusOnly(resource.type(), next, old);
      strategy.prepareForStatusUpdate(merged, old);
      return merged;
    }
    if (OWN_RULES.contains(call.subresource())) {
      return next;
    }
    StatusRules.keepStatus(resource.type(), next, old);
    strategy.prepareForUpdate(next, old);
    if (strategy.hasGeneration()) {
      ObjectMeta.countGeneration(next, old);
    }
    return next;
  }

  private Attempt replace(Call call, Storage.Entry entry, JsonObject stored, JsonObject old) {
    Strategy strategy = call.resource().strategy();
    boolean dryRun = call.options().dryRun();
    Runnable undo = strategy.claim(stored, old, dryRun);
    boolean done = false;
    try {
      byte[] bytes = StoredForm.encode(stored);
      if (Arrays.equals(bytes, entry.value())) {
        done = !dryRun;
        return new Attempt.Done(StoredForm.withRevision(stored, entry.revision()));
      }
      if (dryRun) {
        return new Attempt.Done(StoredForm.withRevision(stored, entry.revision()));
      }
      return switch (storage.replace(entry.key(), bytes, entry.revision(), strategy.ttlSeconds())) {
        case WriteResult.Written written -> {
          done = true;
          strategy.release(stored, old);
          yield new Attempt.Done(StoredForm.withRevision(stored, written.revision()));
        }
        case WriteResult.Conflict conflict -> new Attempt.Retry(conflict.current());
      };
    } finally {
      if (!done) {
        undo.run();
      }
    }
  }

  /** Whether an object that is being deleted has nothing left to wait for. */
  private static boolean isGone(StoredResource resource, JsonObject object) {
    return ObjectMeta.isBeingDeleted(object)
        && ObjectMeta.finalizers(object).isEmpty()
        && ObjectMeta.of(object).integer("deletionGracePeriodSeconds", 0) == 0
        && !resource.strategy().holdsDeletion(object);
  }

  private Attempt finishDeletion(
      Call call, Storage.Entry entry, JsonObject stored, JsonObject old) {
    if (call.options().dryRun()) {
      return new Attempt.Done(StoredForm.withRevision(stored, entry.revision()));
    }
    return switch (storage.delete(entry.key(), entry.revision())) {
      case WriteResult.Written written -> {
        call.resource().strategy().release(null, old);
        yield new Attempt.Done(StoredForm.withRevision(stored, written.revision()));
      }
      case WriteResult.Conflict conflict -> new Attempt.Retry(conflict.current());
    };
  }

  private static void checkPreconditions(Call call, JsonObject next, JsonObject old) {
    String wanted = ObjectMeta.resourceVersion(next);
    if (!wanted.isEmpty()
        && !wanted.equals("0")
        && !wanted.equals(ObjectMeta.resourceVersion(old))) {
      throw call.resource().modified(call.name());
    }
    String uid = ObjectMeta.uid(next);
    if (!uid.isEmpty() && !uid.equals(ObjectMeta.uid(old))) {
      throw uidMismatch(call, uid, ObjectMeta.uid(old));
    }
  }

  private static kontiki.orchestrator.apiserver.status.StatusException uidMismatch(
      Call call, String wanted, String found) {
    return Failures.conflict(
        call.type().group(),
        call.type().plural(),
        call.name(),
        "Precondition failed: UID in precondition: " + wanted + ", UID in object meta: " + found);
  }

  private static void refuse(Call call, String name, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw Failures.invalid(
          call.type().group(), call.type().kind(), name, new ArrayList<>(errors));
    }
  }

  private String generateName(String prefix) {
    String base =
        prefix.length() > GENERATED_PREFIX_MAX ? prefix.substring(0, GENERATED_PREFIX_MAX) : prefix;
    StringBuilder name = new StringBuilder(base);
    for (int i = 0; i < NAME_SUFFIX; i++) {
      name.append(NAME_LETTERS.charAt(random.nextInt(NAME_LETTERS.length())));
    }
    return name.toString();
  }

  /** A random UUID, version 4. */
  private String newUid() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }
}
