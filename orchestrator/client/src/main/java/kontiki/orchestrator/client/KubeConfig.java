package kontiki.orchestrator.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A kubeconfig file as kubectl has it: clusters, users, contexts. Immutable: changes give a new
 * one. Fields that are not understood are kept when a file is written again. Authentication is by
 * certificate or token; plug-ins that run a command are refused.
 */
public final class KubeConfig {
  private static final List<String> SECTIONS = List.of("clusters", "users", "contexts");
  private static final Map<String, String> BODY =
      Map.of("clusters", "cluster", "users", "user", "contexts", "context");

  private final Map<String, Object> document;
  private final Path directory;

  private KubeConfig(Map<String, Object> document, Path directory) {
    this.document = document;
    this.directory = directory;
  }

  /** A kubeconfig with nothing in it. */
  public static KubeConfig empty() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("apiVersion", "v1");
    document.put("kind", "Config");
    for (String section : SECTIONS) {
      document.put(section, List.of());
    }
    return new KubeConfig(document, Path.of(""));
  }

  /**
   * Reads a file; relative paths in it are relative to its directory.
   *
   * @throws IOException when it cannot be read or is no kubeconfig; the message says why
   */
  public static KubeConfig load(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no kubeconfig " + file, e);
    }
    Path parent = file.toAbsolutePath().getParent();
    try {
      return parse(text, parent == null ? Path.of("") : parent);
    } catch (IllegalArgumentException e) {
      throw new IOException("kubeconfig " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the text of a kubeconfig, YAML or JSON.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static KubeConfig parse(String yaml, Path directory) {
    Object tree;
    try {
      tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("is no YAML: " + e.getMessage(), e);
    }
    if (tree == null) {
      return empty();
    }
    return new KubeConfig(object(tree, "the document"), directory);
  }

  /** A kubeconfig with one cluster, user and context, all certificates inline. */
  public static KubeConfig of(
      String context, String user, String server, String caPem, String certPem, String keyPem) {
    Map<String, Object> cluster = new LinkedHashMap<>();
    cluster.put("server", server);
    cluster.put("certificate-authority-data", base64(caPem));
    Map<String, Object> credentials = new LinkedHashMap<>();
    credentials.put("client-certificate-data", base64(certPem));
    credentials.put("client-key-data", base64(keyPem));
    Map<String, Object> link = new LinkedHashMap<>();
    link.put("cluster", context);
    link.put("user", user);
    KubeConfig out = empty();
    out.document.put("clusters", List.of(entry(context, "cluster", cluster)));
    out.document.put("users", List.of(entry(user, "user", credentials)));
    out.document.put("contexts", List.of(entry(context, "context", link)));
    out.document.put("current-context", context);
    return out;
  }

  private static Map<String, Object> entry(String name, String body, Map<String, Object> value) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("name", name);
    out.put(body, value);
    return out;
  }

  private static String base64(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }

  /** The name of the current context; empty for none. */
  public String currentContext() {
    return document.get("current-context") instanceof String name ? name : "";
  }

  public List<String> contexts() {
    return names("contexts");
  }

  private List<String> names(String section) {
    List<String> out = new ArrayList<>();
    for (Map<String, Object> entry : entries(section)) {
      out.add(String.valueOf(entry.get("name")));
    }
    return out;
  }

  public KubeConfig withCurrentContext(String name) {
    Map<String, Object> changed = new LinkedHashMap<>(document);
    changed.put("current-context", name);
    return new KubeConfig(changed, directory);
  }

  /** This file plus the other's entries, which replace those of the same name. */
  public KubeConfig merge(KubeConfig other) {
    Map<String, Object> changed = new LinkedHashMap<>(document);
    changed.putIfAbsent("apiVersion", "v1");
    changed.putIfAbsent("kind", "Config");
    for (String section : SECTIONS) {
      Map<String, Object> byName = new LinkedHashMap<>();
      for (Map<String, Object> entry : entries(section)) {
        byName.put(String.valueOf(entry.get("name")), entry);
      }
      for (Map<String, Object> entry : other.entries(section)) {
        byName.put(String.valueOf(entry.get("name")), entry);
      }
      changed.put(section, List.copyOf(byName.values()));
    }
    if (currentContext().isEmpty()) {
      changed.put("current-context", other.currentContext());
    }
    return new KubeConfig(changed, directory);
  }

  /** Without this context, and without its cluster and user where no other context uses them. */
  public KubeConfig without(String context) {
    Map<String, Object> link = body("contexts", context);
    if (link == null) {
      return this;
    }
    TreeSet<String> used = new TreeSet<>();
    for (String name : contexts()) {
      Map<String, Object> other = body("contexts", name);
      if (!name.equals(context) && other != null) {
        used.add("clusters/" + other.get("cluster"));
        used.add("users/" + other.get("user"));
      }
    }
    Map<String, Object> changed = new LinkedHashMap<>(document);
    changed.put("contexts", remove("contexts", context));
    if (!used.contains("clusters/" + link.get("cluster"))) {
      changed.put("clusters", remove("clusters", String.valueOf(link.get("cluster"))));
    }
    if (!used.contains("users/" + link.get("user"))) {
      changed.put("users", remove("users", String.valueOf(link.get("user"))));
    }
    if (currentContext().equals(context)) {
      changed.put("current-context", "");
    }
    return new KubeConfig(changed, directory);
  }

  private List<Map<String, Object>> remove(String section, String name) {
    return entries(section).stream().filter(e -> !name.equals(e.get("name"))).toList();
  }

  /** The text of the file. */
  public String yaml() {
    DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings).dumpToString(document);
  }

  /** Writes the file, readable by its owner only; an older one is replaced in one step. */
  public void write(Path file) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path parent = Objects.requireNonNull(target.getParent(), "a file has a directory");
    Files.createDirectories(parent);
    Path draft =
        Files.createTempFile(
            parent,
            ".kubeconfig",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(draft, yaml());
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** How the current context reaches its cluster. */
  public Connection connection() {
    String current = currentContext();
    if (current.isEmpty()) {
      throw new IllegalArgumentException(
          "the kubeconfig has no current context; choose one of " + contexts());
    }
    return connection(current);
  }

  /**
   * How a context reaches its cluster.
   *
   * @throws IllegalArgumentException when the context, its cluster or its user is not there, or is
   *     not usable; the message says what is missing
   */
  public Connection connection(String context) {
    Map<String, Object> link = body("contexts", context);
    if (link == null) {
      throw new IllegalArgumentException(
          "the kubeconfig has no context " + context + ", only " + contexts());
    }
    String clusterName = String.valueOf(link.get("cluster"));
    String userName = String.valueOf(link.get("user"));
    Map<String, Object> cluster = body("clusters", clusterName);
    Map<String, Object> user = body("users", userName);
    if (cluster == null || user == null) {
      throw new IllegalArgumentException(
          "context " + context + " names a cluster or user that the kubeconfig does not have");
    }
    if (user.containsKey("exec") || user.containsKey("auth-provider")) {
      throw new IllegalArgumentException(
          "user " + userName + " needs a credential plug-in; use a certificate or a token");
    }
    for (String unsupported : List.of("insecure-skip-tls-verify", "tls-server-name", "proxy-url")) {
      Object value = cluster.get(unsupported);
      if (value != null && !value.equals(false)) {
        throw new IllegalArgumentException(
            "cluster " + clusterName + " sets " + unsupported + ", which is not supported");
      }
    }
    PemSource authority = pem(cluster, "certificate-authority");
    if (authority == null) {
      throw new IllegalArgumentException(
          "cluster " + clusterName + " has no certificate-authority");
    }
    PemSource certificate = pem(user, "client-certificate");
    PemSource key = pem(user, "client-key");
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "user " + userName + " needs client-certificate and client-key, both or none");
    }
    String tokenFile = string(user, "tokenFile");
    String namespace = string(link, "namespace");
    return new Connection(
        server(cluster, clusterName),
        authority,
        certificate,
        key,
        string(user, "token"),
        tokenFile == null ? null : directory.resolve(tokenFile),
        namespace == null ? "default" : namespace);
  }

  private static URI server(Map<String, Object> cluster, String name) {
    String server = string(cluster, "server");
    if (server == null || !server.startsWith("https://")) {
      throw new IllegalArgumentException(
          "cluster " + name + " has server " + server + "; only https is spoken");
    }
    return URI.create(server.endsWith("/") ? server.substring(0, server.length() - 1) : server);
  }

  private @Nullable PemSource pem(Map<String, Object> from, String field) {
    String data = string(from, field + "-data");
    if (data != null) {
      try {
        return PemSource.Inline.of(Base64.getMimeDecoder().decode(data));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(field + "-data is no base64", e);
      }
    }
    String path = string(from, field);
    return path == null ? null : new PemSource.File(directory.resolve(path));
  }

  private static @Nullable String string(Map<String, Object> from, String field) {
    return from.get(field) instanceof String text && !text.isEmpty() ? text : null;
  }

  private @Nullable Map<String, Object> body(String section, String name) {
    for (Map<String, Object> entry : entries(section)) {
      Object body = entry.get(BODY.get(section));
      if (name.equals(entry.get("name")) && body != null) {
        return object(body, section + " " + name);
      }
    }
    return null;
  }

  private List<Map<String, Object>> entries(String section) {
    if (!(document.get(section) instanceof List<?> list)) {
      return List.of();
    }
    List<Map<String, Object>> out = new ArrayList<>();
    for (Object entry : list) {
      out.add(object(entry, "an entry of " + section));
    }
    return out;
  }

  private static Map<String, Object> object(Object value, String what) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(what + " is no mapping");
    }
    Map<String, Object> out = new LinkedHashMap<>();
    map.forEach((k, v) -> out.put(String.valueOf(k), v));
    return out;
  }
}
