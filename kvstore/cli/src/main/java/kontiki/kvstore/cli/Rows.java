package kontiki.kvstore.cli;

import java.util.List;
import kontiki.kvstore.api.pb.MemberListResponse;

/** The rows that the simple and the table format share. */
final class Rows {
  static final List<String> MEMBERS =
      List.of("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER");
  static final List<String> HEALTH = List.of("ENDPOINT", "HEALTH", "TOOK", "ERROR");
  static final List<String> HASH = List.of("ENDPOINT", "HASH");
  static final List<String> SNAPSHOT = List.of("HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE");
  static final List<String> STATUS =
      List.of(
          "ENDPOINT",
          "ID",
          "VERSION",
          "DB SIZE",
          "IS LEADER",
          "IS LEARNER",
          "RAFT TERM",
          "RAFT INDEX",
          "RAFT APPLIED INDEX",
          "ERRORS");

  private Rows() {}

  static List<List<String>> members(MemberListResponse response) {
    return response.getMembersList().stream()
        .map(member ->
            List.of(
                Long.toHexString(member.getID()),
                member.getName().isEmpty() ? "unstarted" : "started",
                member.getName(),
                String.join(",", member.getPeerURLsList()),
                String.join(",", member.getClientURLsList()),
                Boolean.toString(member.getIsLearner())))
        .toList();
  }

  static List<List<String>> status(List<Printer.EndpointStatus> endpoints) {
    return endpoints.stream()
        .map(endpoint -> {
          var status = endpoint.status();
          return List.of(
              endpoint.endpoint(),
              Long.toHexString(status.getHeader().getMemberId()),
              status.getVersion(),
              GoText.bytes(status.getDbSize()),
              Boolean.toString(status.getLeader() == status.getHeader().getMemberId()),
              Boolean.toString(status.getIsLearner()),
              Long.toUnsignedString(status.getRaftTerm()),
              Long.toUnsignedString(status.getRaftIndex()),
              Long.toUnsignedString(status.getRaftAppliedIndex()),
              String.join(", ", status.getErrorsList()));
        })
        .toList();
  }

  static List<List<String>> health(List<Printer.Health> endpoints) {
    return endpoints.stream()
        .map(health ->
            List.of(
                health.endpoint(),
                Boolean.toString(health.healthy()),
                GoText.duration(health.took()),
                health.error()))
        .toList();
  }

  static List<List<String>> snapshot(SnapshotFile snapshot) {
    return List.of(
        List.of(
            Integer.toHexString(snapshot.hash()),
            Long.toString(snapshot.revision()),
            Long.toString(snapshot.totalKeys()),
            GoText.bytes(snapshot.totalSize())));
  }

  static List<List<String>> hash(List<Printer.EndpointHash> endpoints) {
    return endpoints.stream()
        .map(endpoint ->
            List.of(endpoint.endpoint(), Integer.toUnsignedString(endpoint.hash().getHash())))
        .toList();
  }
}
