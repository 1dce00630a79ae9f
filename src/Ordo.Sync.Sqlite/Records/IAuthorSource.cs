using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// Where a read finds the names of authors: what is committed, and in a transaction what is new in it.
/// </summary>
internal interface IAuthorSource
{
    /// <summary>The name of an interned author.</summary>
    string AuthorOf(Connection connection, long id);
}
