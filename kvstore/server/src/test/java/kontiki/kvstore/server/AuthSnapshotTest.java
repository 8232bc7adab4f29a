package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.AuthEnableRequest;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.AuthGrpc.AuthBlockingStub;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthRoleGetRequest;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserListRequest;
import kontiki.kvstore.api.pb.AuthenticateRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.Permission;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.UserAddOptions;
import kontiki.kvstore.server.snapshot.Restore;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, roles and passwords move from etcd to this store, and back. */
class AuthSnapshotTest {
  @TempDir Path directory;

  @Test
  void usersMoveFromEtcdAndBack() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        RealEtcd.isInstalled() && Etcdctl.isInstalled(),
        "etcd and etcdctl are not installed (etcd-server, etcd-client)");
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      Bystander.certify(cluster.pki(), "nameless", "/O=nobody");
      try (RealEtcd etcd = RealEtcd.start(directory)) {
        users(etcd.channel());
        restore(cluster, etcd.snapshot(directory.resolve("a.db"), "--user", "root:toor"));
      }
      cluster.startAll();
      String file = directory.resolve("b.db").toString();
      try (KvClient nobody = cluster.client(1, "nameless");
          KvClient root = cluster.client(1)) {
        moved(nobody.channel(), root.channel());
      }
      Etcdctl etcdctl = new Etcdctl(cluster.endpoints(), cluster.pki());
      assertThat(etcdctl.run("snapshot", "save", file)).contains("Snapshot saved at " + file);
      Path back = directory.resolve("back");
      assertThat(
              etcdctl.run(
                  "snapshot", "restore", file, "--data-dir", back.resolve("etcd").toString()))
          .doesNotContain("Error");
      try (RealEtcd etcd = RealEtcd.start(back)) {
        moved(etcd.channel(), etcd.channel());
      }
    }
  }

  private static void restore(TestCluster cluster, Path file) throws IOException {
    EtcdConfig config = cluster.config(1);
    try (DataDirectory data =
        DataDirectory.open(
            config.dataDirectory(),
            config.name(),
            config.cluster().clusterId(),
            config.cluster().member(config.name()).getID())) {
      assertThat(
              Restore.run(file, data.member().resolve("db"), new Restore.Options(0, true))
                  .revision())
          .isEqualTo(1);
    }
  }

  private static void users(Channel channel) {
    AuthBlockingStub auth = AuthGrpc.newBlockingStub(channel);
    for (String user : List.of("root:toor", "ann:sécret")) {
      String[] parts = user.split(":", -1);
      assertThat(
              auth.userAdd(
                      AuthUserAddRequest.newBuilder()
                          .setName(parts[0])
                          .setPassword(parts[1])
                          .build())
                  .hasHeader())
          .isTrue();
    }
    assertThat(
            auth.userAdd(
                    AuthUserAddRequest.newBuilder()
                        .setName("cn")
                        .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                        .build())
                .hasHeader())
        .isTrue();
    for (String role : List.of("root", "r")) {
      assertThat(auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(role).build()).hasHeader())
          .isTrue();
    }
    KeyRange range = KeyRange.prefix("a/");
    assertThat(
            auth.roleGrantPermission(
                    AuthRoleGrantPermissionRequest.newBuilder()
                        .setName("r")
                        .setPerm(
                            Permission.newBuilder()
                                .setPermType(Permission.Type.READWRITE)
                                .setKey(range.key())
                                .setRangeEnd(range.end()))
                        .build())
                .hasHeader())
        .isTrue();
    for (String[] grant : new String[][] {{"root", "root"}, {"ann", "r"}}) {
      assertThat(
              auth.userGrantRole(
                      AuthUserGrantRoleRequest.newBuilder()
                          .setUser(grant[0])
                          .setRole(grant[1])
                          .build())
                  .hasHeader())
          .isTrue();
    }
    assertThat(auth.authEnable(AuthEnableRequest.getDefaultInstance()).hasHeader()).isTrue();
  }

  /** The doors are locked as they were, and the same keys open them. */
  private static void moved(Channel nobody, Channel root) {
    assertThatThrownBy(() -> login(nobody, "ann", "wrong"))
        .hasMessageContaining(EtcdError.AUTH_FAILED.message());
    Metadata ann = login(nobody, "ann", "sécret");
    var kv =
        KVGrpc.newBlockingStub(nobody)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(ann));
    assertThat(kv.put(put("a/1")).hasHeader()).isTrue();
    assertThatThrownBy(() -> kv.put(put("b")))
        .hasMessageContaining(EtcdError.PERMISSION_DENIED.message());
    AuthBlockingStub auth =
        AuthGrpc.newBlockingStub(root)
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(login(nobody, "root", "toor")));
    assertThat(auth.userList(AuthUserListRequest.getDefaultInstance()).getUsersList())
        .containsExactly("ann", "cn", "root");
    assertThat(
            auth.roleGet(AuthRoleGetRequest.newBuilder().setRole("r").build())
                .getPerm(0)
                .getKey()
                .toStringUtf8())
        .isEqualTo("a/");
  }

  private static Metadata login(Channel channel, String user, String password) {
    String token =
        AuthGrpc.newBlockingStub(channel)
            .authenticate(
                AuthenticateRequest.newBuilder().setName(user).setPassword(password).build())
            .getToken();
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
    return metadata;
  }

  private static PutRequest put(String key) {
    return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
  }
}
