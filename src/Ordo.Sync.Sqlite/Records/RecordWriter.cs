using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>Writes records as rows.</summary>
internal static class RecordWriter
{
    private static readonly SqlText InsertSibling = new(
        "INSERT INTO ordo_sibling(scope, collection, key, ordinal, dot, hlc, author, payload, annotations) "
        + "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");

    private static readonly SqlText DeleteSiblings =
        new("DELETE FROM ordo_sibling WHERE scope = ?1 AND collection = ?2 AND key = ?3");

    private static readonly SqlText DeleteSiblingsOfScope = new("DELETE FROM ordo_sibling WHERE scope = ?1");

    /// <summary>Binds and runs <see cref="CollectionTable.Put"/> or <see cref="CollectionTable.TryAdd"/>.</summary>
    public static void Write(
        Connection connection,
        SqlText text,
        CollectionTable table,
        long scope,
        StoredRecord record,
        RowLayout layout,
        Func<string, long> authorId)
    {
        RecordVersion main = layout.Main;
        ReadOnlyMemory<byte> visible = record.Visible;
        var place = new SealedPlace(scope, table.Id, record.Key.Key);
        Statement statement = connection.Prepare(text)
            .Bind(1, scope)
            .Bind(2, record.Key.Key)
            .Bind(3, layout.RowDot.Value)
            .Bind(4, unchecked((long)main.Timestamp.Value))
            .Bind(5, authorId(main.Author))
            .Bind(6, visible.IsEmpty ? 1L : 0L)
            .Bind(7, (long)layout.Siblings.Length)
            .BindBlobOrNull(8, connection.SealUnlessEmpty(SealedPart.Payload, place, main.Payload.Span))
            .BindBlobOrNull(9, connection.SealUnlessEmpty(SealedPart.Annotations, place, main.Annotations.Span))
            .BindBlobOrNull(10, connection.SealUnlessEmpty(SealedPart.ConflictFree, place, record.ConflictFree.Span));

        // What a reader is shown is kept only where it is not the row's own version's: to fill indexes declared later.
        _ = visible.Span.SequenceEqual(main.Payload.Span)
            ? statement.BindNull(11)
            : statement.BindBlob(11, connection.SealUnlessEmpty(SealedPart.Visible, place, visible.Span));
        WriteCarrier(connection, statement, place, layout, authorId);
        for (int i = 0; i < table.Columns.Length; i++)
        {
            IndexColumn column = table.Columns[i];
            IndexFiller.Bind(
                connection,
                statement,
                CollectionTable.FixedParameters + 1 + i,
                table,
                column,
                IndexFiller.Extract(visible, column.Definition));
        }

        statement.Run();
    }

    private static void WriteCarrier(
        Connection connection, Statement statement, in SealedPlace place, RowLayout layout, Func<string, long> authorId)
    {
        _ = layout.Carried == RowLayout.NoCarrier ? statement.BindNull(12) : statement.Bind(12, (long)layout.Carried);
        if (layout.Carried < RowLayout.CarrierFirst)
        {
            statement.BindNull(13).BindNull(14).BindNull(15).BindNull(16);
            return;
        }

        RecordVersion carrier = layout.Carrier!;
        statement
            .Bind(13, carrier.Dot.Value)
            .Bind(14, unchecked((long)carrier.Timestamp.Value))
            .Bind(15, authorId(carrier.Author))
            .BindBlobOrNull(16, connection.SealUnlessEmpty(SealedPart.CarrierNotes, place, RowLayout.NotesOf(carrier)));
    }

    /// <summary>Writes a further sibling.</summary>
    public static void WriteSibling(
        Connection connection,
        CollectionTable table,
        long scope,
        string key,
        int ordinal,
        RecordVersion version,
        long author)
    {
        var place = new SealedPlace(scope, table.Id, key);
        connection.Prepare(InsertSibling)
            .Bind(1, scope)
            .Bind(2, table.Id)
            .Bind(3, key)
            .Bind(4, ordinal)
            .Bind(5, version.Dot.Value)
            .Bind(6, unchecked((long)version.Timestamp.Value))
            .Bind(7, author)
            .BindBlobOrNull(8, connection.SealUnlessEmpty(SealedPart.Payload, place, version.Payload.Span))
            .BindBlobOrNull(9, connection.SealUnlessEmpty(SealedPart.Annotations, place, version.Annotations.Span))
            .Run();
    }

    /// <summary>Removes the further siblings of a record.</summary>
    public static void RemoveSiblings(Connection connection, CollectionTable table, long scope, string key) =>
        connection.Prepare(DeleteSiblings).Bind(1, scope).Bind(2, table.Id).Bind(3, key).Run();

    /// <summary>Removes the further siblings of all records of a scope.</summary>
    public static void RemoveSiblings(Connection connection, long scope) =>
        connection.Prepare(DeleteSiblingsOfScope).Bind(1, scope).Run();
}
