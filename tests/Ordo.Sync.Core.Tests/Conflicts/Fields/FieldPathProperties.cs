using FsCheck;
using FsCheck.Xunit;
using Ordo.Sync.Conflicts.Fields;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

public sealed class FieldPathProperties
{
    [Property(MaxTest = 500)]
    public void Names_joined_to_a_path_split_to_the_same(NonEmptyArray<NonNull<string>> names)
    {
        string[] expected = [.. names.Get.Select(name => name.Get)];

        Assert.Equal(expected, FieldPath.Split(FieldPath.Join(expected)));
    }

    [Theory]
    [InlineData(@"a\")]
    [InlineData(@"a\b")]
    public void A_backslash_that_escapes_nothing_is_refused(string path) =>
        Assert.Throws<FormatException>(() => FieldPath.Split(path));

    [Fact]
    public void A_path_has_a_name() => Assert.Throws<ArgumentException>(() => FieldPath.Join());
}
