package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import kontiki.kvstore.api.KvClient;
import kontiki.pki.transport.HttpsClient;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON over HTTP, beside Debian's etcd; and the pages that monitoring reads. */
class GatewayTest {
  /** Fields that name a server. */
  private static final Set<String> IDS = Set.of("cluster_id", "member_id", "raft_term");

  @TempDir Path directory;

  /** Sends a request; the body is read as it comes. */
  private interface Sender {
    HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException;
  }

  /** One question. {@code lines}: of a stream that does not end; 0 where the answer ends. */
  private record Step(String path, String body, int lines) {}

  private static final List<Step> SCRIPT =
      List.of(
          step("kv/put", "{'key':'Zm9v','value':'YmFy'}"),
          step("kv/put", "{'key':'Zm9v','value':'Pj4/','prev_kv':true}"),
          step("kv/put", "{'key':'Zm9v','value':'YmFy','prevKv':true,'lease':'0'}"),
          step("kv/put", "{'key':'Zm9w','value':'YmFy','lease':'404'}"),
          step("kv/range", "{'key':'Zm9v'}"),
          step("kv/range", "{'key':'Zm9v','bogus':1}"),
          step("kv/range", "{'key':'Zm9v','sort_order':1}"),
          step("kv/range", "{'key':'AA==','range_end':'AA==','sort_order':'DESCEND','limit':2}"),
          step("kv/range", "{'key':'Zm9v','keys_only':true}"),
          step("kv/range", "{'key':'Zm9v','countOnly':true}"),
          step("kv/range", "{'key':'Zm9v','revision':'99'}"),
          step("kv/range", "{}"),
          step("kv/range", ""),
          step(
              "kv/txn",
              "{'compare':[{'result':'EQUAL','target':'VERSION','key':'Zm9v','version':'3'}],"
                  + "'success':[{'requestRange':{'key':'Zm9v'}},"
                  + "{'request_put':{'key':'Zg==','value':'YQ=='}}],"
                  + "'failure':[{'request_delete_range':{'key':'Zg=='}}]}"),
          step("kv/txn", "{'success':[{}]}"),
          step("kv/deleterange", "{'key':'Zg==','prev_kv':true}"),
          step("kv/compaction", "{'revision':'3'}"),
          step("kv/compaction", "{'revision':'3'}"),
          step("lease/grant", "{'TTL':'100','ID':7}"),
          step("lease/grant", "{'TTL':'100','ID':'7'}"),
          step("lease/keepalive", "{'ID':7}"),
          step("lease/keepalive", "{'ID':7}{'ID':8}"),
          step("lease/leases", "{}"),
          step("kv/lease/leases", "{}"),
          step("lease/timetolive", "{'ID':77}"),
          step("kv/lease/timetolive", "{'ID':77}"),
          step("lease/revoke", "{'ID':77}"),
          step("kv/lease/revoke", "{'ID':77}"),
          step("maintenance/defragment", "{}"),
          step("lock/lock", "{'name':'bXk=','lease':'7'}"),
          step("lock/lock", "{'name':'bXk=','lease':'78'}"),
          step("lock/unlock", "{'key':'bXkvNw=='}"),
          step("lock/unlock", "{}"),
          step("election/leader", "{'name':'bXo='}"),
          step("election/campaign", "{'name':'bXo=','value':'YQ==','lease':'7'}"),
          step("election/leader", "{'name':'bXo='}"),
          new Step("election/observe", "{'name':'bXo='}", 1),
          step("election/resign", "{}"),
          step("election/proclaim", "{'leader':{'name':'bXo=','key':'bXo=','rev':'3'}}"),
          new Step("watch", "{'create_request':{'key':'Zm9v','start_revision':'4'}}", 2),
          new Step("watch", "{'createRequest':{'key':'Zm9v','start_revision':'1'}}", 2),
          new Step("watch", "{'create_request':{'key':'Zm9v'}}{'progress_request':{}}", 1),
          step("nothing", "{}"));

  private static Step step(String path, String body) {
    return new Step(path, body, 0);
  }

  @Test
  void theGatewayIsEtcds() throws Exception {
    Assumptions.assumeTrue(RealEtcd.isInstalled(), "etcd is not installed (etcd-server)");
    try (RealEtcd etcd = RealEtcd.start(directory);
        HttpClient plain = HttpClient.newHttpClient();
        TestCluster cluster = TestCluster.started(directory, 1);
        HttpsClient secure = HttpsClient.createHttp1(cluster.clientIdentity())) {
      Sender theirs = request -> plain.send(request, BodyHandlers.ofInputStream());
      URI etcdUrl = URI.create("http://" + etcd.channel().authority());
      List<String> differences = new ArrayList<>();
      for (Step step : SCRIPT) {
        List<String> expected = answer(theirs, etcdUrl, step);
        List<String> ours = answer(secure::send, cluster.endpoint(1), step);
        if (!ours.equals(expected)) {
          differences.add(step + ": etcd " + expected + ", ours " + ours);
        }
      }
      assertThat(differences).isEmpty();
    }
  }

  @Test
  void whatOnlyNewerGatewaysHave() throws Exception {
    try (TestCluster cluster = TestCluster.started(directory, 1);
        HttpsClient client = HttpsClient.createHttp1(cluster.clientIdentity());
        KvClient grpc = cluster.client(1)) {
      URI url = cluster.endpoint(1);
      assertThat(answer(client::send, url, step("kv/range", "{'key':")).getFirst())
          .isEqualTo("400");
      assertThat(answer(client::send, url, step("kv/range", "{'key':'x!'}")).getFirst())
          .isEqualTo("400");
      String large = "{'key':'" + "A".repeat(4 << 20) + "'}";
      assertThat(answer(client::send, url, step("kv/range", large)).toString())
          .contains("400", "larger than 3145728 bytes");
      assertThat(get(client, url.resolve("/v3/kv/range"))).isEqualTo("405 Method Not Allowed\n");
      assertThat(answer(client::send, url, step("maintenance/status", "{}")).toString())
          .contains("\"version\":\"" + EtcdVersion.SERVER, "\"dbSizeInUse\":\"");
      snapshot(client, url);
      aWaiterThatLeavesTakesItsKey(client, url, grpc);
    }
  }

  private static void snapshot(HttpsClient client, URI url) throws Exception {
    long size = 0;
    for (String line :
        answer(client::send, url, step("maintenance/snapshot", "{}")).stream().skip(1).toList()) {
      JsonObject result = JsonParser.parseString(line).getAsJsonObject().getAsJsonObject("result");
      size += Base64.getDecoder().decode(result.get("blob").getAsString()).length;
    }
    assertThat(size % 512).isEqualTo(32);
  }

  private static void aWaiterThatLeavesTakesItsKey(HttpsClient client, URI url, KvClient grpc)
      throws Exception {
    for (String lease : List.of("1", "2")) {
      var unused = answer(client::send, url, step("lease/grant", "{'TTL':600,'ID':" + lease + "}"));
    }
    var held = answer(client::send, url, step("lock/lock", "{'name':'bA==','lease':1}"));
    assertThat(held.getFirst()).isEqualTo("200");
    var waiting =
        client.sendAsync(
            request(url, step("lock/lock", "{'name':'bA==','lease':2}")), BodyHandlers.ofString());
    TestCluster.await("the waiter's key", () -> count(grpc) == 2);
    assertThat(waiting.cancel(true)).isTrue();
    TestCluster.await("the waiter's key to go", () -> count(grpc) == 1);
  }

  private static long count(KvClient client) {
    return kontiki.kvstore.api.pb.KVGrpc.newBlockingStub(client.channel())
        .range(
            kontiki.kvstore.api.pb.RangeRequest.newBuilder()
                .setKey(kontiki.kvstore.api.KeyRange.prefix("l/").key())
                .setRangeEnd(kontiki.kvstore.api.KeyRange.prefix("l/").end())
                .build())
        .getCount();
  }

  @Test
  void thePagesOfMonitoring() throws Exception {
    try (TestCluster cluster = TestCluster.started(directory, 1);
        HttpsClient client = HttpsClient.create(cluster.clientIdentity())) {
      URI url = cluster.endpoint(1);
      assertThat(get(client, url.resolve("/version")))
          .isEqualTo(
              "200 {\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"3.6.0\",\"storage\":\"3.6.0\"}");
      for (String query : List.of("", "?serializable=true", "?exclude=NOSPACE")) {
        assertThat(get(client, url.resolve("/health" + query)))
            .isEqualTo("200 {\"health\":\"true\",\"reason\":\"\"}");
      }
      assertThat(get(client, url.resolve("/livez"))).isEqualTo("200 ok\n");
      assertThat(get(client, url.resolve("/readyz?verbose")))
          .isEqualTo(
              """
              200 [+]data_corruption ok
              [+]serializable_read ok
              [+]linearizable_read ok
              [+]non_learner ok
              ok
              """);
      assertThat(get(client, url.resolve("/readyz?verbose&exclude=non_learner")))
          .doesNotContain("non_learner");
      assertThat(get(client, url.resolve("/readyz/linearizable_read"))).isEqualTo("200 ok\n");
      assertThat(get(client, url.resolve("/readyz/other"))).startsWith("404");
      raiseCorruption(client, url);
      assertThat(get(client, url.resolve("/readyz")))
          .startsWith("503 [-]data_corruption failed: alarm activated: CORRUPT\n[+]serial");
      assertThat(get(client, url.resolve("/health")))
          .isEqualTo("503 {\"health\":\"false\",\"reason\":\"ALARM CORRUPT\"}");
      assertThat(get(client, url.resolve("/livez"))).isEqualTo("200 ok\n");
      assertThat(get(client, url.resolve("/metrics")))
          .contains("\netcd_server_has_leader 1\n", "etcd_server_version{server_version=\"3.6.14\"")
          .contains(
              "grpc_server_handled_total{grpc_type=\"unary\","
                  + "grpc_service=\"etcdserverpb.Maintenance\",grpc_method=\"Alarm\","
                  + "grpc_code=\"OK\"} 1\n");
    }
  }

  private static void raiseCorruption(HttpsClient client, URI url) throws Exception {
    var raised =
        answer(
            client::send,
            url,
            step("maintenance/alarm", "{'action':'ACTIVATE','memberID':'5','alarm':'CORRUPT'}"));
    assertThat(raised.getFirst()).isEqualTo("200");
  }

  private static String get(HttpsClient client, URI uri) throws Exception {
    HttpResponse<String> response =
        client.send(HttpRequest.newBuilder(uri).GET().build(), BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  private static HttpRequest request(URI server, Step step) {
    return HttpRequest.newBuilder(server.resolve("/v3/" + step.path))
        .POST(HttpRequest.BodyPublishers.ofString(step.body.replace('\'', '"')))
        .build();
  }

  /** The status, and the lines without what names the server, with sorted fields. */
  private static List<String> answer(Sender sender, URI server, Step step)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = sender.send(request(server, step));
    List<String> answer = new ArrayList<>();
    // etcd 3.4 says 412 where later ones say 400, of FailedPrecondition.
    answer.add(response.statusCode() == 412 ? "400" : Integer.toString(response.statusCode()));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        answer.add(line.startsWith("{") ? withoutIds(JsonParser.parseString(line)) : line);
        line = answer.size() - 1 == step.lines ? null : lines.readLine();
      }
    }
    return answer;
  }

  private static String withoutIds(JsonElement json) {
    return strip(json).toString();
  }

  private static JsonElement strip(JsonElement json) {
    if (json instanceof JsonArray array) {
      JsonArray stripped = new JsonArray();
      array.forEach(element -> stripped.add(strip(element)));
      return stripped;
    }
    if (!(json instanceof JsonObject object)) {
      return json;
    }
    JsonObject stripped = new JsonObject();
    object.keySet().stream()
        .sorted()
        .filter(name -> !IDS.contains(name))
        .forEach(name -> stripped.add(name, strip(object.get(name))));
    return stripped;
  }
}
