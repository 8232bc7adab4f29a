package kontiki.node.kubelet.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * An image as one tar file that both {@code ctr -n k8s.io images import} and {@code docker load}
 * take: an OCI image layout that also carries Docker's manifest. The same input gives the same
 * bytes.
 *
 * @param name the full name, for example {@code docker.io/kontiki/pause:1}
 * @param tar the archive
 */
public record ImageArchive(String name, byte[] tar) {
  public static final String PAUSE = "docker.io/kontiki/pause:1";
  public static final String KUBIA = "docker.io/kontiki/kubia:latest";

  /** What a shell session in the sample image finds; the binary may know more. */
  private static final List<String> COMMANDS =
      List.of(
          "awk",
          "cat",
          "chmod",
          "cp",
          "cut",
          "date",
          "dd",
          "df",
          "du",
          "echo",
          "env",
          "expr",
          "false",
          "find",
          "free",
          "grep",
          "head",
          "hostname",
          "httpd",
          "id",
          "ifconfig",
          "ip",
          "kill",
          "ln",
          "ls",
          "md5sum",
          "mkdir",
          "mkfifo",
          "mktemp",
          "mount",
          "mv",
          "nc",
          "netstat",
          "nslookup",
          "ping",
          "printf",
          "ps",
          "pwd",
          "readlink",
          "rm",
          "rmdir",
          "route",
          "sed",
          "seq",
          "sh",
          "sha256sum",
          "sleep",
          "sort",
          "stat",
          "stty",
          "sync",
          "tail",
          "tar",
          "tee",
          "telnet",
          "test",
          "time",
          "timeout",
          "top",
          "touch",
          "tr",
          "traceroute",
          "true",
          "tty",
          "umount",
          "uname",
          "uniq",
          "usleep",
          "vi",
          "wc",
          "wget",
          "which",
          "whoami",
          "xargs",
          "yes");

  /** The image of the process that holds a pod's namespaces. */
  public static ImageArchive pause(Architecture architecture) {
    Tar layer = new Tar().file("pause", 0755, PauseProgram.elf(architecture));
    return archive(
        PAUSE, architecture, layer.bytes(), "\"Entrypoint\":[\"/pause\"],\"WorkingDir\":\"/\"");
  }

  /**
   * The sample: an HTTP server on port 8080 that answers every request with {@code You've hit
   * NAME}, NAME being the pod's host name.
   *
   * @param busybox a statically linked busybox of the machine's own architecture
   */
  public static ImageArchive kubia(Path busybox) throws IOException {
    byte[] binary;
    try {
      binary = Files.readAllBytes(busybox);
    } catch (NoSuchFileException absent) {
      throw new IOException(
          "no " + busybox + ": install the package busybox-static to make the sample image",
          absent);
    }
    Tar layer =
        new Tar()
            .directory("app", 0755)
            .file("app/answer", 0755, script("answer.sh"))
            .file("app/kubia", 0755, script("kubia.sh"))
            .directory("bin", 0755)
            .file("bin/busybox", 0755, binary);
    COMMANDS.forEach(command -> layer.link("bin/" + command, "busybox"));
    layer
        .directory("etc", 0755)
        .file("etc/group", 0644, text("root:x:0:\nnogroup:x:65534:\n"))
        .file(
            "etc/passwd",
            0644,
            text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"))
        .directory("root", 0700)
        .directory("tmp", 01777);
    return archive(
        KUBIA,
        Architecture.host(),
        layer.bytes(),
        "\"Env\":[\"PATH=/bin\"],\"Entrypoint\":[\"/app/kubia\"],\"WorkingDir\":\"/\","
            + "\"ExposedPorts\":{\"8080/tcp\":{}}");
  }

  /** Writes the archive; a reader sees the whole file or none. */
  public void writeTo(Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.write(temporary, tar);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static ImageArchive archive(
      String name, Architecture architecture, byte[] layer, String runtimeConfig) {
    String layerDigest = sha256(layer);
    byte[] config =
        text(
            """
            {"created":"1970-01-01T00:00:00Z","architecture":"%s","os":"linux","config":{%s},\
            "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},\
            "history":[{"created":"1970-01-01T00:00:00Z","created_by":"kontiki"}]}\
            """
                .formatted(architecture.oci(), runtimeConfig, layerDigest));
    byte[] manifest =
        text(
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
            "config":%s,"layers":[%s]}\
            """
                .formatted(
                    descriptor("application/vnd.oci.image.config.v1+json", config),
                    descriptor("application/vnd.oci.image.layer.v1.tar", layer)));
    String described = descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
    byte[] index =
        text(
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",\
            "manifests":[%s,"platform":{"architecture":"%s","os":"linux"},\
            "annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}\
            """
                .formatted(
                    described.substring(0, described.length() - 1),
                    architecture.oci(),
                    name,
                    name.substring(name.lastIndexOf(':') + 1)));
    byte[] docker =
        text(
            "[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":[\"%s\"],\"Layers\":[\"blobs/sha256/%s\"]}]"
                .formatted(sha256(config), name.replaceFirst("^docker\\.io/", ""), layerDigest));
    Tar tar =
        new Tar()
            .file("oci-layout", 0644, text("{\"imageLayoutVersion\":\"1.0.0\"}"))
            .file("index.json", 0644, index)
            .file("manifest.json", 0644, docker)
            .directory("blobs", 0755)
            .directory("blobs/sha256", 0755);
    for (byte[] blob : List.of(config, manifest, layer)) {
      tar.file("blobs/sha256/" + sha256(blob), 0644, blob);
    }
    return new ImageArchive(name, tar.bytes());
  }

  private static String descriptor(String mediaType, byte[] blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(mediaType, sha256(blob), blob.length);
  }

  private static byte[] script(String name) {
    try (InputStream in =
        Objects.requireNonNull(ImageArchive.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
