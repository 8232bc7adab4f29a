package kontiki.orchestrator.controllers.history;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kontiki.orchestrator.client.Json;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Owners;

/**
 * The history of a workload's pod template, kept in ControllerRevision objects as a patch that
 * brings a template back. Pure.
 */
public final class Revisions {
  /** The label of pods and revisions that says which template they are of. */
  public static final String HASH = "controller-revision-hash";

  private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";
  private static final int FNV_PRIME = 0x01000193;
  private static final int FNV_OFFSET = 0x811c9dc5;

  private Revisions() {}

  /** The patch that a revision holds. */
  static Map<String, Object> data(PodTemplateSpec template) {
    Map<String, Object> body = new LinkedHashMap<>(Json.map(template));
    body.put("$patch", "replace");
    return Map.of("spec", Map.of("template", body));
  }

  /**
   * The revision of this template, known by its hash: a server may write the template itself in
   * another form.
   */
  public static Optional<ControllerRevision> find(
      PodTemplateSpec template, List<ControllerRevision> revisions) {
    String wanted = hash(template);
    return revisions.stream()
        .filter(revision -> wanted.equals(hashOf(revision)))
        .max(Comparator.comparing(ControllerRevision::getRevision));
  }

  /** The number of the next revision. */
  public static long next(List<ControllerRevision> revisions) {
    return revisions.stream().mapToLong(ControllerRevision::getRevision).max().orElse(0) + 1;
  }

  /** A revision of the owner's template. */
  public static ControllerRevision make(
      HasMetadata owner, PodTemplateSpec template, Map<String, String> labels, long number) {
    String hash = hash(template);
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(HASH, hash);
    return new ControllerRevisionBuilder()
        .withNewMetadata()
        .withName(owner.getMetadata().getName() + "-" + hash)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(all)
        .withOwnerReferences(Owners.controller(owner))
        .endMetadata()
        .withData(data(template))
        .withRevision(number)
        .build();
  }

  public static String hashOf(ControllerRevision revision) {
    return LabelSelectors.labels(revision).getOrDefault(HASH, "");
  }

  /** The oldest revisions beyond the limit that no pod is of. */
  public static List<ControllerRevision> surplus(
      List<ControllerRevision> revisions, Set<String> hashesInUse, int limit) {
    List<ControllerRevision> idle = new ArrayList<>();
    for (ControllerRevision revision : revisions) {
      if (!hashesInUse.contains(hashOf(revision))) {
        idle.add(revision);
      }
    }
    idle.sort(Comparator.comparing(ControllerRevision::getRevision));
    return List.copyOf(idle.subList(0, Math.max(0, idle.size() - limit)));
  }

  private static String hash(PodTemplateSpec template) {
    int hash = FNV_OFFSET;
    String text = Json.text(template);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    StringBuilder out = new StringBuilder();
    for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
      out.append(SAFE.charAt(digit % SAFE.length()));
    }
    return out.toString();
  }
}
