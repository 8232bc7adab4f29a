package kontiki.kvstore.server.front;

import io.grpc.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.DowngradeRequest;
import kontiki.kvstore.api.pb.DowngradeResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.server.EtcdVersion;

/**
 * What this server says of downgrades. It checks the target as etcd does, and then says what is
 * true: it has one storage format, so there is nothing to prepare. Pure.
 */
final class DowngradeAnswers {
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(\\.\\d+)?([-+].*)?");

  private DowngradeAnswers() {}

  /** Throws RefusedException or StatusRuntimeException where there is nothing to answer. */
  static DowngradeResponse answer(DowngradeRequest request, ResponseHeader header) {
    return switch (request.getAction()) {
      case VALIDATE, ENABLE -> throw refusal(request.getVersion());
      // etcd says so too where no downgrade is under way.
      case CANCEL ->
          DowngradeResponse.newBuilder().setHeader(header).setVersion(clusterVersion()).build();
      case UNRECOGNIZED ->
          throw Status.UNKNOWN.withDescription("etcdserver: unknown method").asRuntimeException();
    };
  }

  private static RuntimeException refusal(String target) {
    Matcher version = VERSION.matcher(target);
    if (!version.matches()) {
      return new RefusedException(EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT);
    }
    String wanted = version.group(1) + "." + version.group(2);
    if (!wanted.equals(oneMinorBelow())) {
      return new RefusedException(EtcdError.INVALID_DOWNGRADE_TARGET_VERSION);
    }
    return Status.FAILED_PRECONDITION
        .withDescription(
            "this server has one storage format and no downgrade: to move to etcd "
                + wanted
                + ", save a snapshot and restore it there")
        .asRuntimeException();
  }

  private static String clusterVersion() {
    return EtcdVersion.CLUSTER.substring(0, EtcdVersion.CLUSTER.lastIndexOf('.'));
  }

  private static String oneMinorBelow() {
    String cluster = clusterVersion();
    int dot = cluster.indexOf('.');
    return cluster.substring(0, dot + 1) + (Integer.parseInt(cluster.substring(dot + 1)) - 1);
  }
}
