using System.IO.Compression;
using System.Text.Json;
using Ordo.Campus.Records;

namespace Ordo.Campus.Seed;

/// <summary>Reads discussion posts: gzipped JSON, one a line, with id, thread, author, created, title and body.</summary>
internal static class ForumReader
{
    private const int KeyLengthMax = 100;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The posts, the oldest first; none where the folder has none.</summary>
    public static IReadOnlyList<KeyValuePair<string, Post>> Read(string folder)
    {
        string path = Path.Combine(folder, "forum", "posts.jsonl.gz");
        if (!File.Exists(path))
        {
            return [];
        }

        var posts = new List<KeyValuePair<string, Post>>();
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            ForumLine post = Parse(line, path, posts.Count + 1);
            posts.Add(KeyValuePair.Create(post.Id, new Post
            {
                Thread = post.Thread == post.Id ? string.Empty : post.Thread,
                Title = post.Title ?? string.Empty,
                Body = post.Body ?? string.Empty,
                By = post.Author,
                At = post.Created,
            }));
        }

        return [.. posts.OrderBy(post => post.Value.At)];
    }

    private static ForumLine Parse(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<ForumLine>(line, Json) is { Id.Length: > 0 and <= KeyLengthMax } post
                ? post
                : throw new InvalidDataException($"'{path}', line {number}: a post has an id of 1 to {KeyLengthMax} characters.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}', line {number}: {exception.Message}", exception);
        }
    }
}
