namespace Ordo.Hub;

internal enum StoreKind
{
    Sqlite,
    PostgreSql,
}
