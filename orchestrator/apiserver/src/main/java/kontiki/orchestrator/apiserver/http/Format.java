package kontiki.orchestrator.apiserver.http;

import java.util.List;
import kontiki.orchestrator.api.wire.KubernetesProtobuf;
import kontiki.orchestrator.apiserver.status.Failures;

/**
 * In which form a client wants an answer.
 *
 * @param version of the transformed form: v1 or v1beta1, empty where it is not transformed
 */
public record Format(Media media, View view, String version, boolean pretty) {
  /** The encoding. */
  public enum Media {
    JSON("application/json"),
    YAML("application/yaml"),
    PROTOBUF(KubernetesProtobuf.MEDIA_TYPE);

    private final String type;

    Media(String type) {
      this.type = type;
    }

    public String type() {
      return type;
    }
  }

  /** What is shown of an object. */
  public enum View {
    WHOLE,
    TABLE,
    PARTIAL
  }

  static final Format PLAIN = new Format(Media.JSON, View.WHOLE, "", false);

  private static final String ACCEPTED =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  private static final List<String> VERSIONS = List.of("v1", "v1beta1");

  /** The first form that the client accepts and the server has. */
  static Format negotiate(ApiRequest request, boolean protobufPossible) {
    String accept = request.header("accept");
    boolean pretty = request.query().isTrue("pretty");
    if (accept.isBlank()) {
      return new Format(Media.JSON, View.WHOLE, "", pretty);
    }
    for (MediaRange range : MediaRange.parseAll(accept)) {
      Format format = format(range, protobufPossible, pretty);
      if (format != null) {
        return format;
      }
    }
    throw Failures.notAcceptable(ACCEPTED);
  }

  private static @org.jspecify.annotations.Nullable Format format(
      MediaRange range, boolean protobufPossible, boolean pretty) {
    for (Media media : Media.values()) {
      boolean possible = media != Media.PROTOBUF || protobufPossible;
      if (possible && range.accepts(media.type())) {
        String as = range.parameter("as");
        if (as.isEmpty()) {
          return new Format(media, View.WHOLE, "", pretty);
        }
        boolean known =
            range.parameter("g").equals("meta.k8s.io") && VERSIONS.contains(range.parameter("v"));
        View view = view(as);
        if (known && view != View.WHOLE && (view != View.TABLE || media != Media.PROTOBUF)) {
          return new Format(media, view, range.parameter("v"), pretty);
        }
      }
    }
    return null;
  }

  private static View view(String as) {
    return switch (as) {
      case "Table" -> View.TABLE;
      case "PartialObjectMetadata", "PartialObjectMetadataList" -> View.PARTIAL;
      default -> View.WHOLE;
    };
  }

  String contentType() {
    return media.type();
  }
}
