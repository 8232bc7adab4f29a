package kontiki.kvstore.server;

import java.util.List;
import java.util.TreeMap;

/** Each of etcd's flags, and what this server does with it: none is ignored in silence. */
final class EtcdFlags {
  /** What becomes of a flag. */
  enum Treatment {
    /** It is an option of {@link EtcdCommand}. */
    HONOURED,
    /** Only values that ask for what happens anyway are accepted. */
    FIXED,
    /** Accepted with a warning: nothing that a client sees depends on it. */
    WARNED
  }

  /**
   * One flag.
   *
   * @param name with its dashes
   * @param toggle takes a value only after {@code =}, and means true without one
   * @param values that are accepted of a fixed one
   * @param reason why it is not honoured, and what to do instead
   */
  record Flag(
      String name, boolean toggle, Treatment treatment, List<String> values, String reason) {}

  private static final TreeMap<String, Flag> FLAGS = new TreeMap<>();

  static {
    honoured("--advertise-client-urls", false);
    honoured("--auth-token", false);
    honoured("--auth-token-ttl", false);
    honoured("--auto-compaction-mode", false);
    honoured("--auto-compaction-retention", false);
    fixed("--auto-tls", true, "certificates come from kontiki pki init", "false");
    warned("--backend-batch-interval", false, "the engine is not bbolt");
    warned("--backend-batch-limit", false, "the engine is not bbolt");
    warned("--backend-bbolt-freelist-type", false, "the engine is not bbolt");
    honoured("--bcrypt-cost", false);
    warned("--bootstrap-defrag-threshold-megabytes", false, "the engine is not bbolt");
    honoured("--cert-file", false);
    fixed("--cipher-suites", false, "the suites are those of BoringSSL for TLS 1.2 and 1.3", "");
    fixed(
        "--client-cert-allowed-hostname",
        false,
        "everybody whom the authority has signed may connect",
        "");
    honoured("--client-cert-auth", true);
    warned(
        "--client-cert-file",
        false,
        "a member shows other members the certificate of --peer-cert-file");
    fixed(
        "--client-crl-file",
        false,
        "revocation lists are not read; issue short-lived certificates, or take the authority away",
        "");
    warned(
        "--client-key-file",
        false,
        "a member shows other members the certificate of --peer-cert-file");
    warned(
        "--compact-hash-check-time",
        false,
        "checksums of log and data are checked on every read instead");
    honoured("--compaction-batch-limit", false);
    honoured("--compaction-sleep-interval", false);
    honoured("--config-file", false);
    fixed(
        "--corrupt-check-time",
        false,
        "checksums of log and data are checked on every read instead",
        "0s",
        "0");
    fixed("--cors", false, "browsers of other origins are not kept away", "*");
    honoured("--data-dir", false);
    fixed("--discovery", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-cacert", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-cert", false, "members are listed in --initial-cluster", "");
    warned("--discovery-dial-timeout", false, "members are listed in --initial-cluster");
    fixed("--discovery-endpoints", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-fallback", false, "members are listed in --initial-cluster", "exit");
    warned("--discovery-insecure-skip-tls-verify", true, "members are listed in --initial-cluster");
    warned("--discovery-insecure-transport", true, "members are listed in --initial-cluster");
    warned("--discovery-keepalive-time", false, "members are listed in --initial-cluster");
    warned("--discovery-keepalive-timeout", false, "members are listed in --initial-cluster");
    fixed("--discovery-key", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-password", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-proxy", false, "members are listed in --initial-cluster", "");
    warned("--discovery-request-timeout", false, "members are listed in --initial-cluster");
    fixed("--discovery-srv", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-srv-name", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-token", false, "members are listed in --initial-cluster", "");
    fixed("--discovery-user", false, "members are listed in --initial-cluster", "");
    warned("--distributed-tracing-address", false, "requests are followed by their id in the logs");
    warned(
        "--distributed-tracing-instance-id",
        false,
        "requests are followed by their id in the logs");
    warned(
        "--distributed-tracing-sampling-rate",
        false,
        "requests are followed by their id in the logs");
    warned(
        "--distributed-tracing-service-name",
        false,
        "requests are followed by their id in the logs");
    warned("--downgrade-check-time", false, "a cluster is not downgraded");
    honoured("--election-timeout", false);
    fixed(
        "--enable-distributed-tracing",
        true,
        "requests are followed by their id in the logs",
        "false");
    fixed(
        "--enable-grpc-gateway",
        true,
        "what the client port offers cannot be switched off",
        "true");
    fixed(
        "--enable-log-rotation",
        true,
        "standard error is kept by whoever starts the member",
        "false");
    fixed("--enable-pprof", true, "use jcmd and Java Flight Recorder", "false");
    fixed("--feature-gates", false, "there are no features to switch", "");
    fixed("--force-new-cluster", true, "restore a snapshot: kontiki kv snapshot restore", "false");
    warned(
        "--grpc-keepalive-interval", false, "silent connections are asked for a sign after 30 s");
    warned(
        "--grpc-keepalive-min-time", false, "silent connections are asked for a sign after 30 s");
    warned("--grpc-keepalive-timeout", false, "silent connections are asked for a sign after 30 s");
    honoured("--heartbeat-interval", false);
    fixed(
        "--host-whitelist",
        false,
        "host names are not filtered: every client has a certificate",
        "*");
    honoured("--initial-advertise-peer-urls", false);
    honoured("--initial-cluster", false);
    honoured("--initial-cluster-state", false);
    honoured("--initial-cluster-token", false);
    warned("--initial-election-tick-advance", true, "the first election is always early");
    honoured("--key-file", false);
    fixed("--listen-client-http-urls", false, "HTTP and gRPC share the client port", "");
    honoured("--listen-client-urls", false);
    fixed("--listen-metrics-urls", false, "/metrics and /health are on the client port", "");
    honoured("--listen-peer-urls", false);
    warned("--log-format", false, "use KONTIKI_LOG_FORMAT=json");
    warned("--log-level", false, "use KONTIKI_LOG=debug");
    fixed(
        "--log-outputs", false, "logs are structured lines on standard error", "default", "stderr");
    warned(
        "--log-rotation-config-json", false, "standard error is kept by whoever starts the member");
    fixed("--logger", false, "logs are structured lines on standard error", "zap");
    warned("--max-concurrent-streams", false, "a connection carries 1,000 streams");
    fixed("--max-learners", false, "there may be one learner at a time", "1");
    honoured("--max-request-bytes", false);
    honoured("--max-txn-ops", false);
    warned(
        "--max-wals", false, "the log is cut by --snapshot-count and --snapshot-catchup-entries");
    fixed("--memory-mlock", true, "memory is not locked", "false");
    fixed("--metrics", false, "there is one set of metrics", "basic");
    honoured("--name", false);
    fixed("--peer-auto-tls", true, "certificates come from kontiki pki init", "false");
    fixed(
        "--peer-cert-allowed-cn", false, "everybody whom the authority has signed may connect", "");
    fixed(
        "--peer-cert-allowed-hostname",
        false,
        "everybody whom the authority has signed may connect",
        "");
    honoured("--peer-cert-file", false);
    honoured("--peer-client-cert-auth", true);
    warned(
        "--peer-client-cert-file",
        false,
        "a member shows other members the certificate of --peer-cert-file");
    warned(
        "--peer-client-key-file",
        false,
        "a member shows other members the certificate of --peer-cert-file");
    fixed(
        "--peer-crl-file",
        false,
        "revocation lists are not read; issue short-lived certificates, or take the authority away",
        "");
    honoured("--peer-key-file", false);
    fixed("--peer-skip-client-san-verification", true, "names are checked always", "false");
    honoured("--peer-trusted-ca-file", false);
    fixed("--pre-vote", true, "elections are always preceded by a pre-vote", "true");
    honoured("--quota-backend-bytes", false);
    warned("--raft-read-timeout", false, "connections between members are watched by heartbeats");
    warned("--raft-write-timeout", false, "connections between members are watched by heartbeats");
    warned("--self-signed-cert-validity", false, "certificates come from kontiki pki init");
    honoured("--snapshot-catchup-entries", false);
    honoured("--snapshot-count", false);
    fixed("--socket-reuse-address", true, "a port has one owner", "false");
    fixed("--socket-reuse-port", true, "a port has one owner", "false");
    fixed("--strict-reconfig-check", true, "the membership is always guarded", "true");
    fixed("--tls-max-version", false, "TLS 1.2 and 1.3 are offered", "", "TLS1.3");
    fixed("--tls-min-version", false, "TLS 1.2 and 1.3 are offered", "", "TLS1.2");
    honoured("--trusted-ca-file", false);
    fixed("--unsafe-no-fsync", true, "an acknowledged write is on disk, always", "false");
    honoured("--version", true);
    fixed("--wal-dir", false, "the log lies in --data-dir", "");
    warned(
        "--warning-apply-duration",
        false,
        "slow requests are logged whole: --warning-unary-request-duration");
    honoured("--warning-unary-request-duration", false);
    honoured("--watch-progress-notify-interval", false);
  }

  private EtcdFlags() {}

  /** By name. */
  static TreeMap<String, Flag> all() {
    return new TreeMap<>(FLAGS);
  }

  private static void honoured(String name, boolean toggle) {
    add(new Flag(name, toggle, Treatment.HONOURED, List.of(), ""));
  }

  private static void fixed(String name, boolean toggle, String reason, String... values) {
    add(new Flag(name, toggle, Treatment.FIXED, List.of(values), reason));
  }

  private static void warned(String name, boolean toggle, String reason) {
    add(new Flag(name, toggle, Treatment.WARNED, List.of(), reason));
  }

  private static void add(Flag flag) {
    FLAGS.put(flag.name(), flag);
  }
}
