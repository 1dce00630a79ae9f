using System.Buffers;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using SQLitePCL;

namespace Ordo.Sync.Sqlite.Driver;

/// <summary>
/// A prepared statement of one connection. Binds spans without allocating. <see cref="Dispose"/> ends a run (it resets
/// the statement and so ends the read it may hold) and leaves it prepared; <see cref="Close"/> frees it.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int StackBytesMax = 256;
    private const int TrackedMax = 64;

    // Names come from callers: a lone surrogate must fail, not turn two keys into one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Connection _connection;
    private readonly sqlite3_stmt _statement;

    // A bit for each of the first parameters that may hold a value. SQLite keeps what is bound when it resets a statement, and
    // most columns of most records are NULL: those need no call.
    private ulong _bound;

    public Statement(Connection connection, sqlite3_stmt statement)
    {
        _connection = connection;
        _statement = statement;
    }

    public Statement Bind(int index, long value)
    {
        Mark(index);
        _connection.Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, double value)
    {
        Mark(index);
        _connection.Check(raw.sqlite3_bind_double(_statement, index, value));
        return this;
    }

    public Statement BindNull(int index)
    {
        if (index < TrackedMax && (_bound & (1UL << index)) == 0)
        {
            return this;
        }

        _connection.Check(raw.sqlite3_bind_null(_statement, index));
        _bound &= ~BitOf(index);
        return this;
    }

    /// <summary>Binds bytes; none at all are an empty blob, not NULL.</summary>
    public Statement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        Mark(index);

        // An empty span has no address, which SQLite takes for NULL.
        _connection.Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Binds bytes; none at all are NULL.</summary>
    public Statement BindBlobOrNull(int index, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? BindNull(index) : BindBlob(index, value);

    public Statement Bind(int index, string value)
    {
        Mark(index);
        if (value.Length == 0)
        {
            _connection.Check(raw.sqlite3_bind_text(_statement, index, value));
            return this;
        }

        int bytesMax = Utf8.GetMaxByteCount(value.Length);
        if (bytesMax <= StackBytesMax)
        {
            Span<byte> buffer = stackalloc byte[StackBytesMax];
            int length = Utf8.GetBytes(value, buffer);
            _connection.Check(raw.sqlite3_bind_text(_statement, index, buffer[..length]));
            return this;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(bytesMax);
        try
        {
            int length = Utf8.GetBytes(value, rented);
            _connection.Check(raw.sqlite3_bind_text(_statement, index, rented.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    /// <summary>Steps; <see langword="true"/> where a row is there to be read.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw _connection.Failure(code),
        };
    }

    /// <summary>Runs a statement that returns no rows, to its end.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Dispose();
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>An integer that must fit 32 bits and not be negative.</summary>
    public int GetIndex(int column)
    {
        long value = GetInt64(column);
        return value is >= 0 and <= int.MaxValue ? (int)value : throw Damaged($"the number {value} is out of its range");
    }

    /// <summary>A dot; the error of damage where the integer is none.</summary>
    public Dot GetDot(int column)
    {
        long value = GetInt64(column);
        return value > 0 && (value & Dot.CounterMax) != 0
            ? Dot.FromValue(value)
            : throw Damaged($"the integer {value} is not a dot");
    }

    public HybridTimestamp GetTimestamp(int column) => new(unchecked((ulong)GetInt64(column)));

    /// <summary>The bytes of a blob or text, valid until the next step.</summary>
    public ReadOnlySpan<byte> GetSpan(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>The bytes in a new array; empty for NULL.</summary>
    public byte[] GetBlob(int column) => GetSpan(column).ToArray();

    public string GetText(int column) => Encoding.UTF8.GetString(GetSpan(column));

    /// <summary>Ends this run and makes the statement ready for the next one.</summary>
    /// <remarks>The result of the reset repeats an error that the step has thrown already.</remarks>
    public void Dispose() => _ = raw.sqlite3_reset(_statement);

    /// <summary>Frees the statement.</summary>
    public void Close() => _statement.Dispose();

    private static ulong BitOf(int index) => index < TrackedMax ? 1UL << index : 0;

    private void Mark(int index) => _bound |= BitOf(index);

    private SyncException Damaged(string what) => Failures.Corrupt(_connection.Name, what);
}
