package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.AuthEnableRequest;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.AuthGrpc.AuthBlockingStub;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthStatusRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserListRequest;
import kontiki.kvstore.api.pb.AuthenticateRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.LockGrpc;
import kontiki.kvstore.api.pb.LockRequest;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.server.auth.AuthSettings;
import kontiki.pki.transport.HttpsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users and tokens where there are several members, and after they have ended. */
class AuthClusterTest {
  private static final AuthSettings QUICK =
      new AuthSettings("simple", AuthSettings.DEFAULT.tokenTtl(), 4);
  private static final PutRequest PUT =
      PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
  private static final RangeRequest GET =
      RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();

  @TempDir Path directory;

  @Test
  void aTokenIsGoodAtEveryMember() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 3).with(QUICK)) {
      cluster.startAll();
      Bystander.certify(cluster.pki(), "nameless", "/O=nobody");
      try (KvClient first = cluster.client(1, "nameless");
          KvClient second = cluster.client(2, "nameless");
          KvClient third = cluster.client(3, "nameless")) {
        lock(first);
        for (int round = 0; round < 10; round++) {
          String token = login(first, "secret");
          for (KvClient client : new KvClient[] {second, third, first}) {
            // Serializable: nothing but the token makes the member wait for the log.
            assertThat(
                    kv(client, token)
                        .range(GET.toBuilder().setSerializable(true).build())
                        .getHeader()
                        .getRevision())
                .isPositive();
          }
          kv(second, token).put(PUT);
        }
        String old = login(second, "secret");
        AuthGrpc.newBlockingStub(third.channel())
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearing(old)))
            .userChangePassword(
                AuthUserChangePasswordRequest.newBuilder()
                    .setName("root")
                    .setPassword("changed")
                    .build());
        assertThatThrownBy(() -> kv(third, old).range(GET))
            .hasMessageContaining(EtcdError.INVALID_AUTH_TOKEN.message());
        assertThatThrownBy(() -> login(first, "secret"))
            .hasMessageContaining(EtcdError.AUTH_FAILED.message());
        assertThat(login(first, "changed")).isNotEmpty();
        // An entry that never was, of any index, is not waited for.
        assertThatThrownBy(() -> kv(first, "forged.999999999").put(PUT))
            .hasMessageContaining(EtcdError.INVALID_AUTH_TOKEN.message());
        assertThatThrownBy(() -> first.put(ByteString.copyFromUtf8("k"), ByteString.EMPTY))
            .hasMessageContaining(EtcdError.PERMISSION_DENIED.message());
      }
    }
  }

  @Test
  void usersOutliveTheMemberAndTokensDoNot() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 1).with(QUICK)) {
      cluster.startAll();
      Bystander.certify(cluster.pki(), "nameless", "/O=nobody");
      String token;
      try (KvClient client = cluster.client(1, "nameless")) {
        lock(client);
        token = login(client, "secret");
        kv(client, token).put(PUT);
      }
      cluster.server(1).node().flush().join();
      cluster.stop(1);
      cluster.start(1);
      cluster.awaitReady(1);
      try (KvClient client = cluster.client(1, "nameless");
          KvClient root = cluster.client(1)) {
        assertThatThrownBy(() -> kv(client, token).range(GET))
            .hasMessageContaining(EtcdError.INVALID_AUTH_TOKEN.message());
        assertThat(kv(client, login(client, "secret")).range(GET).getKvsCount()).isEqualTo(1);
        AuthBlockingStub auth = AuthGrpc.newBlockingStub(root.channel());
        assertThat(auth.userList(AuthUserListRequest.getDefaultInstance()).getUsersList())
            .containsExactly("root");
        var status = auth.authStatus(AuthStatusRequest.getDefaultInstance());
        assertThat(status.getEnabled()).isTrue();
        assertThat(status.getAuthRevision()).isEqualTo(4);
      }
    }
  }

  @Test
  void aSignedTokenOutlivesTheMemberAndNoChangeOfUsers() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      Path key = cluster.pki().serviceAccountKey();
      cluster.with(
          new AuthSettings(
              "jwt,sign-method=RS256,priv-key=" + key, AuthSettings.DEFAULT.tokenTtl(), 4));
      cluster.startAll();
      Bystander.certify(cluster.pki(), "nameless", "/O=nobody");
      String token;
      try (KvClient client = cluster.client(1, "nameless")) {
        lock(client);
        token = login(client, "secret");
      }
      cluster.stop(1);
      cluster.start(1);
      cluster.awaitReady(1);
      try (KvClient client = cluster.client(1, "nameless");
          KvClient root = cluster.client(1)) {
        kv(client, token).put(PUT);
        assertThat(kv(client, "Bearer " + token).range(GET).getKvsCount()).isEqualTo(1);
        var unused =
            AuthGrpc.newBlockingStub(root.channel())
                .roleAdd(AuthRoleAddRequest.newBuilder().setName("new").build());
        assertThatThrownBy(() -> kv(client, token).put(PUT))
            .hasMessageContaining(EtcdError.AUTH_OLD_REVISION.message());
        assertThatThrownBy(() -> kv(client, token).range(GET))
            .hasMessageContaining(EtcdError.AUTH_OLD_REVISION.message());
        kv(client, login(client, "secret")).put(PUT);
        assertThatThrownBy(
                () -> KVGrpc.newBlockingStub(client.channel()).rangeStream(GET).hasNext())
            .hasMessageContaining(EtcdError.PERMISSION_DENIED.message());
        assertThat(KVGrpc.newBlockingStub(root.channel()).rangeStream(GET).hasNext()).isTrue();
      }
    }
  }

  @Test
  void throughTheGatewayOnlyTokensCount() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 1).with(QUICK)) {
      cluster.startAll();
      try (KvClient root = cluster.client(1);
          HttpsClient http = HttpsClient.createHttp1(cluster.clientIdentity())) {
        lock(root);
        root.put(ByteString.copyFromUtf8("k"), ByteString.EMPTY);
        assertThat(get(http, cluster.endpoint(1), "")).contains(EtcdError.USER_EMPTY.message());
        assertThat(get(http, cluster.endpoint(1), "x.1"))
            .contains(EtcdError.INVALID_AUTH_TOKEN.message());
        assertThat(get(http, cluster.endpoint(1), login(root, "secret")))
            .contains("\"count\":\"1\"");
      }
    }
  }

  @Test
  void aLockNeedsPermissionToWriteItsKey() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 1).with(QUICK)) {
      cluster.startAll();
      Bystander.certify(cluster.pki(), "nameless", "/O=nobody");
      LockRequest name = LockRequest.newBuilder().setName(ByteString.copyFromUtf8("l")).build();
      try (KvClient root = cluster.client(1);
          KvClient nobody = cluster.client(1, "nameless")) {
        lock(root);
        assertThatThrownBy(() -> LockGrpc.newBlockingStub(nobody.channel()).lock(name))
            .hasMessageContaining(EtcdError.PERMISSION_DENIED.message());
        assertThat(LockGrpc.newBlockingStub(root.channel()).lock(name).getKey().toStringUtf8())
            .startsWith("l/");
      }
    }
  }

  private static String get(HttpsClient client, URI url, String token)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(url.resolve("/v3/kv/range"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"aw==\"}"));
    if (!token.isEmpty()) {
      request.header("authorization", token);
    }
    return new String(client.send(request.build()).body().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void lock(KvClient client) {
    AuthBlockingStub auth = AuthGrpc.newBlockingStub(client.channel());
    var added =
        auth.userAdd(AuthUserAddRequest.newBuilder().setName("root").setPassword("secret").build());
    var role = auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
    var granted =
        auth.userGrantRole(
            AuthUserGrantRoleRequest.newBuilder().setUser("root").setRole("root").build());
    var enabled = auth.authEnable(AuthEnableRequest.getDefaultInstance());
    assertThat(enabled.getHeader().getRevision())
        .isEqualTo(added.getHeader().getRevision())
        .isEqualTo(role.getHeader().getRevision())
        .isEqualTo(granted.getHeader().getRevision());
  }

  private static String login(KvClient client, String password) {
    return AuthGrpc.newBlockingStub(client.channel())
        .authenticate(
            AuthenticateRequest.newBuilder().setName("root").setPassword(password).build())
        .getToken();
  }

  private static KVGrpc.KVBlockingStub kv(KvClient client, String token) {
    return KVGrpc.newBlockingStub(client.channel())
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearing(token)));
  }

  private static Metadata bearing(String token) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
    return metadata;
  }
}
