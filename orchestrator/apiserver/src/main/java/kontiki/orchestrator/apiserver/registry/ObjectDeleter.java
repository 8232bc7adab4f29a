package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Timestamps;
import kontiki.orchestrator.apiserver.admission.Admission;
import kontiki.orchestrator.apiserver.admission.AdmissionRequest;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.storage.Storage;
import kontiki.orchestrator.apiserver.storage.Storage.WriteResult;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects of every kind in one way: an object that has a grace period, finalizers or
 * something else to wait for is marked, and goes when the last of them is done; any other goes at
 * once. Thread-safe: races are settled by the store.
 */
public final class ObjectDeleter {
  private final Storage storage;
  private final Admission admission;
  private final InstantSource clock;

  public ObjectDeleter(Storage storage, Admission admission, InstantSource clock) {
    this.storage = storage;
    this.admission = admission;
    this.clock = clock;
  }

  /**
   * What a deletion came to.
   *
   * @param object the object as it now is, or was last
   * @param gone whether it is no longer stored
   */
  public record Deletion(JsonObject object, boolean gone) {}

  public Deletion delete(Call call, DeleteOptions options) {
    Storage.Entry entry = storage.get(call.key()).entry();
    for (int attempt = 0; attempt < ObjectWriter.CHANGE_ATTEMPTS; attempt++) {
      if (entry == null) {
        throw call.resource().notFound(call.name());
      }
      JsonObject old = StoredForm.decode(entry);
      checkPreconditions(call, options, old);
      admission.validate(new AdmissionRequest(AdmissionRequest.Operation.DELETE, call, null, old));
      WriteResult result;
      JsonObject marked = mark(call, options, old);
      boolean remove = marked == null;
      if (call.options().dryRun()) {
        return new Deletion(marked == null ? old : marked, remove);
      }
      if (marked == null) {
        result = storage.delete(entry.key(), entry.revision());
      } else {
        byte[] bytes = StoredForm.encode(marked);
        if (java.util.Arrays.equals(bytes, entry.value())) {
          return new Deletion(Conversion.convert(old, call.type()), false);
        }
        result = storage.replace(entry.key(), bytes, entry.revision(), Storage.FOREVER);
      }
      switch (result) {
        case WriteResult.Written written -> {
          if (remove) {
            call.resource().strategy().release(null, old);
          }
          JsonObject object =
              StoredForm.withRevision(marked == null ? old : marked, written.revision());
          return new Deletion(Conversion.convert(object, call.type()), remove);
        }
        case WriteResult.Conflict conflict -> entry = conflict.current();
      }
    }
    throw call.resource().modified(call.name());
  }

  /** The object marked for deletion, or null when it can go at once. */
  private @Nullable JsonObject mark(Call call, DeleteOptions options, JsonObject old) {
    Strategy strategy = call.resource().strategy();
    Instant now = clock.instant();
    JsonObject next = old.deepCopy();
    JsonObject metadata = ObjectMeta.of(next);
    long grace = strategy.gracePeriodSeconds(next, options.gracePeriodSeconds());
    setFinalizers(metadata, options.propagation(), strategy);
    boolean waits = !ObjectMeta.finalizers(next).isEmpty() || strategy.holdsDeletion(next);
    if (ObjectMeta.isBeingDeleted(old)) {
      long before = metadata.integer("deletionGracePeriodSeconds", 0);
      if (grace < before) {
        metadata.put("deletionGracePeriodSeconds", grace);
        metadata.put("deletionTimestamp", Timestamps.seconds(now.plusSeconds(grace)));
      }
      boolean done = !waits && Math.min(grace, before) == 0;
      return done ? null : next;
    }
    if (!waits && grace == 0) {
      return null;
    }
    metadata.put("deletionTimestamp", Timestamps.seconds(now.plusSeconds(grace)));
    metadata.put("deletionGracePeriodSeconds", grace);
    if (strategy.hasGeneration()) {
      metadata.put("generation", metadata.integer("generation", 0) + 1);
    }
    strategy.prepareForDelete(next);
    return Forms.normalize(call.resource().type(), next);
  }

  private static void setFinalizers(
      JsonObject metadata, DeleteOptions.Propagation propagation, Strategy strategy) {
    List<String> finalizers = new ArrayList<>(metadata.strings("finalizers"));
    switch (propagation) {
      case FOREGROUND -> {
        finalizers.remove(ObjectMeta.ORPHAN_FINALIZER);
        add(finalizers, ObjectMeta.FOREGROUND_FINALIZER);
      }
      case ORPHAN -> {
        finalizers.remove(ObjectMeta.FOREGROUND_FINALIZER);
        add(finalizers, ObjectMeta.ORPHAN_FINALIZER);
      }
      case BACKGROUND -> {
        finalizers.remove(ObjectMeta.FOREGROUND_FINALIZER);
        finalizers.remove(ObjectMeta.ORPHAN_FINALIZER);
      }
      case DEFAULT -> {
        if (strategy.orphansByDefault() && !finalizers.contains(ObjectMeta.FOREGROUND_FINALIZER)) {
          add(finalizers, ObjectMeta.ORPHAN_FINALIZER);
        }
      }
    }
    if (finalizers.isEmpty()) {
      metadata.remove("finalizers");
    } else {
      metadata.put("finalizers", JsonArray.copyOf(finalizers));
    }
  }

  private static void add(List<String> finalizers, String finalizer) {
    if (!finalizers.contains(finalizer)) {
      finalizers.add(finalizer);
    }
  }

  private static void checkPreconditions(Call call, DeleteOptions options, JsonObject old) {
    String uid = options.uid();
    if (uid != null && !uid.equals(ObjectMeta.uid(old))) {
      throw preconditionFailed(call, "UID", uid, ObjectMeta.uid(old));
    }
    String version = options.resourceVersion();
    if (version != null && !version.equals(ObjectMeta.resourceVersion(old))) {
      throw preconditionFailed(call, "ResourceVersion", version, ObjectMeta.resourceVersion(old));
    }
  }

  private static kontiki.orchestrator.apiserver.status.StatusException preconditionFailed(
      Call call, String what, String wanted, String found) {
    return Failures.conflict(
        call.type().group(),
        call.type().plural(),
        call.name(),
        "Precondition failed: "
            + what
            + " in precondition: "
            + wanted
            + ", "
            + what
            + " in object meta: "
            + found);
  }
}
