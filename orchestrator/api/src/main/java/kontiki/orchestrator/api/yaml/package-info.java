/** YAML as kubectl reads and writes it. */
package kontiki.orchestrator.api.yaml;
