package kontiki.kvstore.cli;

import io.grpc.StatusRuntimeException;
import java.util.function.Function;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.AuthenticateRequest;
import kontiki.kvstore.api.pb.AuthenticateResponse;
import org.jspecify.annotations.Nullable;

/** A user and their password. */
record Login(String user, String password) {
  /**
   * Asks for a token; null where users do not count, and for an empty password, as etcd's client.
   *
   * @throws KvFailure the store refuses; exit code 2 as etcdctl's
   */
  @Nullable String token(Function<AuthenticateRequest, AuthenticateResponse> store) {
    if (user.isEmpty() || password.isEmpty()) {
      return null;
    }
    try {
      return store
          .apply(AuthenticateRequest.newBuilder().setName(user).setPassword(password).build())
          .getToken();
    } catch (StatusRuntimeException e) {
      if (EtcdError.AUTH_NOT_ENABLED.matches(e.getStatus())) {
        return null;
      }
      throw new KvFailure(KvFailure.Exit.BAD_CONNECTION, KvFailure.text(e.getStatus()), e);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Login[user=" + user + "]";
  }
}
