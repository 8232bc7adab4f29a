/** Server-side tables (meta.k8s.io/v1 Table): the columns and cells that people know per kind. */
package kontiki.orchestrator.api.table;
