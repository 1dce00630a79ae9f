namespace Ordo.Campus.Shared.Data;

/// <summary>Where the sample's grades come from: the Open University's data set, or made up.</summary>
public static class GradeSource
{
    private static readonly string[] Courses = ["AAA-2013J", "BBB-2013J", "CCC-2014B", "DDD-2014B", "EEE-2014J", "FFF-2014J"];

    /// <summary>Reads the data set below <paramref name="folder"/>, or makes grades up where there is no folder.</summary>
    public static IReadOnlyList<CourseGrade> Load(string? folder, int generatedCount) =>
        folder is null ? Generate(generatedCount) : OuladReader.Read(Path.Combine(folder, "oulad"));

    private static List<CourseGrade> Generate(int count)
    {
        // A fixed sequence: the same run every time, without a random source.
        ulong state = 0x9E3779B97F4A7C15;
        var grades = new List<CourseGrade>(count);
        for (int i = 0; i < count; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            int course = (int)(state % (ulong)Courses.Length);
            var grade = new Grade
            {
                StudentId = 10_000 + (i / 5),
                AssessmentId = (course * 100) + (i % 5),
                DateSubmitted = (int)(state >> 40) % 240,
                Score = (int)((state >> 20) % 101),
            };
            grades.Add(new CourseGrade($"course/{Courses[course]}", $"{grade.StudentId}/{grade.AssessmentId}", grade));
        }

        return grades;
    }
}
